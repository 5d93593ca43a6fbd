package io.vagus.cli;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where secrets go that the server made and tells once: a file that only its owner reads, the
 * standard output, or nowhere. Confined to its thread.
 */
final class MadeSecrets implements AutoCloseable {
  private static final String OUTPUT = "-";
  private static final String WORD = "generateSecret";

  private final @Nullable PrintStream out;
  private final boolean isShown;

  private MadeSecrets(@Nullable PrintStream out, boolean isShown) {
    this.out = out;
    this.isShown = isShown;
  }

  /**
   * @param place a file that does not exist yet, - for the standard output, or null for nowhere
   */
  static MadeSecrets into(@Nullable String place) {
    if (place == null) {
      return new MadeSecrets(null, false);
    }
    return place.equals(OUTPUT)
        ? new MadeSecrets(System.out, true)
        : new MadeSecrets(file(Path.of(place)), false);
  }

  private static PrintStream file(Path path) {
    try {
      OutputStream file =
          Channels.newOutputStream(
              FileChannel.open(
                  path,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------"))));
      return new PrintStream(file, true, StandardCharsets.UTF_8);
    } catch (FileAlreadyExistsException e) {
      throw new VagusException(
          ErrorCode.CONFLICT, "secrets: " + path + " exists (expected: a new file)", e);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "secrets: cannot write " + path + ": " + e, e);
    }
  }

  /** Refuses to begin with a file whose secrets would be lost. */
  void requirePlace(Path devices) throws IOException {
    if (out != null) {
      return;
    }
    try (BufferedReader lines = Files.newBufferedReader(devices)) {
      if (lines.lines().anyMatch(line -> line.contains(WORD))) {
        throw new VagusException(
            ErrorCode.INVALID_REQUEST,
            "secrets: nowhere to put them, and "
                + devices
                + " says "
                + WORD
                + " (expected: --secrets FILE, or --secrets -)");
      }
    }
  }

  /** Objects with id and secret, each on a line of its own; they are there before more is asked. */
  void add(JsonNode secrets) {
    if (out != null) {
      secrets.forEach(secret -> out.println(secret.toString()));
      out.flush();
    }
  }

  /** Where other words go: not among the secrets. */
  PrintStream messages() {
    return isShown ? System.err : System.out;
  }

  @Override
  public void close() {
    if (out != null && !isShown) {
      out.close();
    }
  }
}
