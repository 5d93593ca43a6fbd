package io.vagus.cli;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.trust.Pkcs11Token;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What opens the root's key, and where the issuer's key goes. */
final class RootKeyOptions {
  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "Its first line is the passphrase, 12 characters or more.")
  @Nullable Path passphraseFile;

  @Option(
      names = "--pkcs11-config",
      paramLabel = "FILE",
      description =
          "Makes the issuer's key in a token: the JDK's PKCS #11 configuration (name, library,"
              + " slotListIndex); p256 only.")
  @Nullable Path pkcs11Config;

  @Option(
      names = "--pin-file",
      paramLabel = "FILE",
      description = "Its first line opens the token; the server reads it too.")
  @Nullable Path pinFile;

  Optional<Pkcs11Token> token() {
    if (pkcs11Config == null && pinFile == null) {
      return Optional.empty();
    } else if (pkcs11Config == null || pinFile == null) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "--pkcs11-config and --pin-file go together");
    }
    return Optional.of(new Pkcs11Token(pkcs11Config, pinFile));
  }

  /** The one that is there. */
  char[] passphrase() {
    return passphraseFile == null ? asked("Passphrase for the root's key: ") : read(passphraseFile);
  }

  /** One to be: typed twice. */
  char[] newPassphrase() {
    char[] typed = passphrase();
    if (passphraseFile == null && !Arrays.equals(typed, asked("The same again: "))) {
      throw new VagusException(ErrorCode.INVALID_REQUEST, "passphrase: the two differ");
    }
    return typed;
  }

  private static char[] read(Path file) {
    try {
      return Files.readAllLines(file).stream().findFirst().orElse("").toCharArray();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }

  private static char[] asked(String question) {
    Console console = System.console();
    char[] typed = console == null ? null : console.readPassword(question);
    if (typed == null) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "no terminal to ask for a passphrase; give --passphrase-file");
    }
    return typed;
  }
}
