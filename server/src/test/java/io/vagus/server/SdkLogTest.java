package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.DeviceParts;
import io.vagus.device.LogLevel;
import io.vagus.device.StoreConfig;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.kit.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A device's log, asked for through the API of a whole server, whatever its product's model. */
@Timeout(60)
class SdkLogTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir Path folder;
  private RunningServer server;
  private DeviceLoops loops;

  @BeforeEach
  void start() {
    server = RunningServer.start(folder.resolve("data"));
    server.register("pump", "pump-7");
    loops = new DeviceLoops(1);
  }

  @AfterEach
  void stop() {
    loops.close();
    server.close();
  }

  private Device open(StoreConfig store) {
    DeviceConfig config =
        DeviceConfig.of("pump-7", new HostPort("127.0.0.1", server.port("mqtt")))
            .withSecret("correct horse")
            .with(SdkDevice.QUICK)
            .with(store);
    DeviceParts parts =
        DeviceParts.DEFAULT.withCommands(c -> io.vagus.device.Command.Result.SUCCEEDED);
    return Device.open(config, loops, parts);
  }

  private Device open() {
    return open(StoreConfig.on(folder.resolve("device")));
  }

  private String asked(String name, String arguments) {
    String body = "{\"name\":\"%s\",\"arguments\":%s}".formatted(name, arguments);
    String answer = expect(202, server.post("/api/v1/devices/pump-7/commands", body)).body();
    return JsonMapper.shared().readTree(answer).path("id").asString();
  }

  /** What the device said. */
  private JsonNode result(String id) {
    eventually(BOUND, id + " is over", () -> command(id).has("result"));
    return command(id).path("result");
  }

  private JsonNode command(String id) {
    return server.get("/api/v1/commands/" + id);
  }

  @Test
  void isPulledInBoundedPartsAndStaysReadableOnTheServer() {
    try (Device device = open()) {
      for (int n = 0; n < 200; n++) {
        device.log().log(LogLevel.INFO, "line " + n);
      }
      device.connect();
      List<String> lines = new ArrayList<>();
      String arguments = "{\"lines\":120}";
      while (lines.size() < 120) {
        JsonNode output = result(asked("log.pull", arguments)).path("output");
        assertThat(output.toString().length()).isLessThan(4096);
        lines.addAll(0, output.path("lines").findValuesAsString("message"));
        arguments =
            "{\"lines\":%d,\"before\":%d}"
                .formatted(Math.max(1, 120 - lines.size()), output.path("next").asLong(1));
      }
      assertThat(lines).hasSize(120).startsWith("line 80", "line 81").endsWith("line 199");
      JsonNode kept = server.get("/api/v1/devices/pump-7/commands").path("items");
      assertThat(kept.toString()).contains("\"line 199\"", "\"line 80\"");
    }
  }

  @Test
  void aDeviceThatSleepsIsPulledWhenItWakes() {
    try (Device device = open()) {
      device.log().log(LogLevel.ERROR, "pump dry");
    }
    String id = asked("log.pull", "{\"level\":\"warn\"}");
    assertThat(command(id).path("state").asString()).isEqualTo("queued");
    try (Device device = open()) {
      device.log().log(LogLevel.INFO, "awake");
      device.connect();
      assertThat(result(id).at("/output/lines").findValuesAsString("message"))
          .containsExactly("pump dry");
    }
  }

  @Test
  void itsLevelIsChangedFromAfarAndReturnsByItself() {
    try (Device device = open()) {
      device.connect();
      result(asked("log.level", "{\"level\":\"debug\",\"seconds\":2}"));
      assertThat(device.log().level()).isEqualTo(LogLevel.DEBUG);
      eventually(BOUND, "it is back", () -> device.log().level() == LogLevel.INFO);
    }
  }

  @Test
  void whatItDoesNotUnderstandIsSaid() {
    assertThat(
            server
                .post(
                    "/api/v1/devices/pump-7/commands",
                    "{\"name\":\"log.pull\",\"arguments\":{\"lines\":1001}}")
                .statusCode())
        .isEqualTo(400);
    try (Device device = open()) {
      device.connect();
      assertThat(result(asked("log.level", "{\"level\":\"loud\",\"seconds\":9}")).toString())
          .contains("bad-argument", "expected: debug, info, warn or error");
    }
    try (Device device = open(StoreConfig.inMemory())) {
      device.connect();
      assertThat(result(asked("log.pull", "{}")).path("code").asString()).isEqualTo("no-log");
    }
  }
}
