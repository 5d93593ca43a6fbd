package io.vagus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HistoryTest {
  @Test
  void spreadsReadingsEvenlyOverTheSpan() {
    History.Shape shape = new History.Shape(2, 50, 1_000_000_000_000_000L, 100_000_000);
    History history = new History("d1", 3, shape);

    String packet = new String(history.packet(1, false, 1, 0), StandardCharsets.US_ASCII);
    JsonNode readings = new JsonMapper().readTree(packet.substring(packet.indexOf('[')));
    assertThat(readings.size()).isEqualTo(50);
    assertThat(readings.get(0).path("time").asLong()).isEqualTo(1_000_000_050_000_000L);
    assertThat(readings.get(49).path("time").asLong()).isEqualTo(1_000_000_099_000_000L);
    assertThat(readings.get(0).path("values").path("m0").asInt()).isEqualTo(20 + 53);
  }
}
