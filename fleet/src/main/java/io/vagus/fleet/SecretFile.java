package io.vagus.fleet;

import io.vagus.client.SecretText;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.Ids;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The one secret of all simulated devices of a server, in a file that its owner alone reads. */
public final class SecretFile {
  private SecretFile() {}

  /** Made once, so that a later run has the same devices. */
  public static String readOrMake(Path file) {
    try {
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, Ids.randomHex(16));
      }
      return SecretText.read(file);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read or make " + file + ": " + e, e);
    }
  }
}
