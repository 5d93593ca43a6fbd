package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.server.MqttDevice.Ack;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What devices send wrong, through real sockets: said, counted, kept, and harmless to others. */
class BadInputTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** Payloads that are no telemetry, each with the reason that the answer names. */
  private static final List<List<String>> UNREADABLE =
      List.of(
          List.of("{\"a\":".repeat(5000) + "1" + "}".repeat(5000), "payload-malformed"),
          List.of("{\"a\": {\"b\": 1}}", "payload-malformed"),
          List.of("{\"n\": 1, \"n\": 2}", "payload-malformed"),
          List.of("{\"n\": NaN}", "payload-malformed"),
          List.of("{\"n\": 1e400}", "value-out-of-range"),
          List.of("{\"n\": [1]}", "payload-malformed"),
          List.of("{\"time\": true, \"values\": {\"n\": 1}}", "payload-malformed"),
          List.of("{\"values\": 3}", "payload-malformed"),
          List.of("\"n\"", "payload-malformed"),
          List.of("{\"n\": 1", "payload-malformed"),
          List.of("{\"n\": 1}{\"n\": 2}", "payload-malformed"),
          List.of("[" + "{\"n\":1},".repeat(20_000) + "{\"n\":1}]", ""),
          List.of("", ""));

  @TempDir Path data;

  @Test
  void whatCannotBeReadIsToldKeptAndCounted() throws Exception {
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "pump-7");
      for (List<String> bad : UNREADABLE) {
        HttpResponse<String> answer = expect(422, server.telemetry("pump-7", bad.get(0)));
        assertThat(answer.body()).as(start(bad.get(0))).contains("\"code\":\"" + bad.get(1));
      }
      try (MqttDevice device = MqttDevice.connected(server.port("mqtt"), "pump-7")) {
        int packetId = 0;
        for (List<String> bad : UNREADABLE) {
          device.publish(++packetId, bad.get(0));
          assertThat(device.readAck()).as(start(bad.get(0))).isEqualTo(new Ack(packetId, 0x99));
        }
        device.publish(++packetId, "{\"n\": 7}");
        assertThat(device.readAck()).isEqualTo(new Ack(packetId, 0));
      }
      eventually(SOON, "the good one is stored", () -> server.numbers("pump-7").equals(List.of(7)));
      int kept = 2 * UNREADABLE.size();
      eventually(SOON, "all are kept", () -> server.total().path("deadLettered").asInt() == kept);
      assertThat(server.get("/api/v1/dead-letters?limit=100").path("items").size()).isEqualTo(kept);
      assertThat(server.get("/api/v1/ledger").path("balanced").asBoolean()).isTrue();
    }
  }

  @Test
  void whatIsTooLargeIsRefusedByEachProtocolInItsWay() throws Exception {
    String large = "{\"n\": \"" + "x".repeat(300_000) + "\"}";
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "pump-7");
      assertThat(server.telemetry("pump-7", large).statusCode()).isEqualTo(413);
      try (MqttDevice device = MqttDevice.connected(server.port("mqtt"), "pump-7")) {
        device.publish(1, large);
        assertThat(device.readAck()).isEqualTo(new Ack(1, 0x97));
        device.publish(2, "{\"n\": 7}");
        assertThat(device.readAck()).isEqualTo(new Ack(2, 0));
      }
      eventually(SOON, "both are counted", () -> server.total().path("rejected").asInt() == 2);
      assertThat(server.total().path("reasons").path("payload-too-large").asInt()).isEqualTo(2);
      assertThat(server.get("/api/v1/ledger").path("balanced").asBoolean()).isTrue();
    }
  }

  @Test
  void aSecondProcessOnTheSameFolderEndsAndTheFirstGoesOn() throws Exception {
    ServerProcess first = ServerProcess.start(data);
    try (RunningServer server = RunningServer.of(first, data)) {
      server.register("pump", "pump-7");
      assertThatThrownBy(() -> ServerProcess.start(data))
          .hasMessageContaining("the server process ended with 1");
      expect(200, server.telemetry("pump-7", "{\"n\": 7}"));
      eventually(SOON, "it is stored", () -> server.numbers("pump-7").equals(List.of(7)));
    }
  }

  private static String start(String payload) {
    return payload.substring(0, Math.min(40, payload.length()));
  }
}
