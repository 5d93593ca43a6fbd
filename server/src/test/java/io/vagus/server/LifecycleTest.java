package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device's life as it shows on real connections. */
@Timeout(60)
class LifecycleTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String PUMP = "/api/v1/devices/pump-0";

  @TempDir Path data;

  private static String status(RunningServer server) {
    return server.get(PUMP).path("status").asString();
  }

  @Test
  void theFirstMessageMakesADeviceActiveAndQuarantineEndsItsSession() throws IOException {
    try (RunningServer server = RunningServer.start(data)) {
      server.registerAll(1, "correct horse");
      assertThat(status(server)).isEqualTo("provisioned");
      try (MqttDevice device = MqttDevice.connected(server.port("mqtt"), "pump-0")) {
        device.publish(1, "{\"n\": 1}");
        assertThat(device.readAck().reason()).isZero();
        eventually(SOON, "it is active", () -> status(server).equals("active"));

        server.patch(PUMP, "{\"status\": \"quarantined\"}");
        eventually(
            SOON,
            "its session ended",
            () -> !server.get(PUMP).path("connection").path("connected").asBoolean());
      }
      try (MqttDevice again = new MqttDevice("127.0.0.1", server.port("mqtt"), "pump-0")) {
        assertThat(again.connect("correct horse", 60)).isNotZero();
      }
      server.patch(PUMP, "{\"status\": \"active\"}");
      try (MqttDevice again = MqttDevice.connected(server.port("mqtt"), "pump-0")) {
        again.publish(1, "{\"n\": 2}");
        assertThat(again.readAck().reason()).isZero();
      }
    }
  }

  private static boolean heard(MqttDevice device) {
    try {
      device.publish(1, "{\"n\": 1}");
      return device.readAck().reason() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDeviceIsActiveAlsoWhenItWaitedOverARestart() throws IOException {
    try (RunningServer server = RunningServer.start(data)) {
      server.registerAll(1, "correct horse");
    }
    try (RunningServer server = RunningServer.start(data)) {
      try (MqttDevice device = MqttDevice.connected(server.port("mqtt"), "pump-0")) {
        eventually(SOON, "it is active", () -> heard(device) && status(server).equals("active"));
      }
    }
  }
}
