package io.vagus.fleet;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The secrets that a server made for simulated devices, one object a line, in a file that its owner
 * alone reads: a later run has the same devices.
 */
public record SecretFile(Path file) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** By device; empty when there is no file yet. */
  Map<String, String> read() {
    Map<String, String> secrets = new HashMap<>();
    if (Files.exists(file)) {
      try {
        for (String line : Files.readAllLines(file)) {
          JsonNode device = JSON.readTree(line);
          secrets.put(device.path("id").asString(), device.path("secret").asString());
        }
      } catch (IOException e) {
        throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
      }
    }
    return secrets;
  }

  void add(Map<String, String> secrets) {
    StringBuilder lines = new StringBuilder();
    secrets.forEach((id, secret) ->
        lines.append(JSON.createObjectNode().put("id", id).put("secret", secret)).append('\n'));
    try {
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.write(
          file, lines.toString().getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, "cannot write " + file + " (" + e + "); give --secret-file", e);
    }
  }
}
