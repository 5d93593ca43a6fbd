package io.vagus.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Server-Sent Events as the API writes them: one data line each. */
final class EventStreams {
  private EventStreams() {}

  /** Each event's data, until it wants no more or the stream ends. */
  static void read(InputStream body, Predicate<JsonNode> more) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data:") && !more.test(JsonMapper.shared().readTree(line.substring(5)))) {
        return;
      }
    }
  }
}
