package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device's will is a message like any other: stored, counted, and once. */
class WillFaultTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path data;

  @Test
  void aWillIsStoredOnceThoughTheServerIsKilledBeforeItWasDue() throws Exception {
    ServerProcess first = ServerProcess.start(data);
    MqttDevice device;
    try (RunningServer server = RunningServer.of(first, data)) {
      server.register("pump", "pump-7");
      device = connectWithWill(server);
      first.kill();
    }
    device.close();
    ServerProcess second = ServerProcess.start(data);
    try (RunningServer server = RunningServer.of(second, data)) {
      expectOneReading(server);
      second.kill();
    }
    try (RunningServer server = RunningServer.start(data)) {
      expectOneReading(server);
    }
  }

  @Test
  void aWillIsStoredOnceThoughTheServerStopsAndThatIsWhyItIsDue() throws Exception {
    MqttDevice device;
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "pump-7");
      device = connectWithWill(server);
    }
    device.close();
    try (RunningServer server = RunningServer.start(data)) {
      expectOneReading(server);
      assertThat(server.total().path("received").asInt()).isEqualTo(1);
    }
  }

  private static MqttDevice connectWithWill(RunningServer server) throws Exception {
    MqttDevice device = new MqttDevice("127.0.0.1", server.port("mqtt"), "pump-7");
    assertThat(device.connect("correct horse", "{\"n\": 7}")).isZero();
    device.subscribe("v1/pump-7/errors"); // whose acknowledgement says that the session is durable
    return device;
  }

  private static void expectOneReading(RunningServer server) {
    eventually(SOON, "the will is stored", () -> server.numbers("pump-7").equals(List.of(7)));
    assertThat(server.get("/api/v1/ledger").path("balanced").asBoolean()).isTrue();
    assertThat(server.total().path("accepted").asInt()).isEqualTo(1);
  }
}
