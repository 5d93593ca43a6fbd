package io.vagus.client;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A token or secret in a file of its own, so that it stands in no list of processes. */
public final class SecretText {
  private SecretText() {}

  /** Without white space about it. */
  public static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      throw new VagusException(ErrorCode.NOT_FOUND, "no file " + file, e);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
