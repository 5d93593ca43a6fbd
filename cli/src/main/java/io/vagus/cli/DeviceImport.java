package io.vagus.cli;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Creates devices from a file. One of an object a line goes in parts, so that its progress shows
 * and the server never holds more than a part; the others go as a whole. Confined to its thread.
 */
final class DeviceImport {
  private static final String BULK = "/api/v1/devices/bulk";
  private static final String NDJSON = "application/x-ndjson";
  private static final int PART_LINES = 1000;

  private final ApiOptions api;
  private final MadeSecrets secrets;
  private long created;
  private long refused;

  DeviceImport(ApiOptions api, MadeSecrets secrets) {
    this.api = api;
    this.secrets = secrets;
  }

  /** The exit code: 1 when any line was refused. */
  int run(Path file) {
    try {
      String type = contentType(file);
      secrets.requirePlace(file);
      if (type.equals(NDJSON)) {
        sendParts(file);
      } else {
        send(type, file, 0);
      }
    } catch (NoSuchFileException e) {
      throw new VagusException(ErrorCode.NOT_FOUND, "no file " + file, e);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
    secrets.messages().println(created + " created, " + refused + " refused");
    return refused == 0 ? 0 : 1;
  }

  private static String contentType(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return "application/json";
    }
    return name.endsWith(".csv") ? "text/csv" : NDJSON;
  }

  private void sendParts(Path file) throws IOException {
    Path part = Files.createTempFile("vagus-import", ".ndjson");
    Progress progress = Progress.of("imported", Files.size(file));
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                progress.counting(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      int before = 0;
      List<String> next = read(lines);
      while (!next.isEmpty()) {
        Files.write(part, next);
        send(NDJSON, part, before);
        before += next.size();
        next = read(lines);
      }
    } finally {
      progress.done();
      Files.delete(part);
    }
  }

  private static List<String> read(BufferedReader lines) throws IOException {
    List<String> part = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      part.add(line);
      if (part.size() == PART_LINES) {
        break;
      }
    }
    return part;
  }

  /**
   * @param linesBefore how many lines of the file came in earlier parts
   */
  private void send(String type, Path body, int linesBefore) {
    JsonNode result = api.post(BULK, type, body);
    created += result.path("created").asLong();
    refused += result.path("failed").asLong();
    secrets.add(result.path("secrets"));
    for (JsonNode error : result.path("errors")) {
      System.err.println(
          "line "
              + (linesBefore + error.path("line").asLong())
              + ": "
              + error.path("id").asString("")
              + " "
              + error.path("detail").asString(""));
    }
  }
}
