package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.Command.Result;
import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.DeviceParts;
import io.vagus.device.Rule;
import io.vagus.device.StoreConfig;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.kit.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same interlocks on the device: what the server lets pass, and without a network. */
@Timeout(120)
class InterlockSdkTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String PRODUCT =
      """
      {"id": "valve", "metrics": {"pressure": {}, "temperature": {}},
       "commands": {
         "move": {"interlocks": [{"id": "overpressure", "expression": "readings.pressure.value < 8",
                                  "message": "The line is under pressure", "maxAge": "1m"}]},
         "run": {"deadMan": {"within": "1s", "fallback": {"command": "stop"}}},
         "heat": {"deadMan": {"within": "1s", "fallback": {"desired": {"heater": false}}}},
         "stop": {"lane": "priority"}},
       "twin": {"interlocks": {"/fan": [
         {"id": "fan", "expression": "!value || readings.pressure.value < 8",
          "message": "Not under pressure"}]}}}
      """;

  @TempDir Path folder;
  private RunningServer server;
  private DeviceLoops loops;
  private final List<String> carriedOut = new CopyOnWriteArrayList<>();
  private final List<Boolean> fan = new CopyOnWriteArrayList<>();
  private final List<Object> heater = new CopyOnWriteArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    server = RunningServer.start(folder.resolve("data"));
    loops = new DeviceLoops(1);
    expect(201, server.post("/api/v1/products", PRODUCT));
    expect(
        201,
        server.post(
            "/api/v1/devices",
            "{\"id\":\"d1\",\"product\":\"valve\",\"secret\":\"correct horse\"}"));
  }

  @AfterEach
  void stop() {
    loops.close();
    server.close();
  }

  private Device open(int port) {
    DeviceConfig config =
        DeviceConfig.of("d1", new HostPort("127.0.0.1", port))
            .withSecret("correct horse")
            .with(SdkDevice.QUICK)
            .with(StoreConfig.on(folder.resolve("device")));
    DeviceParts parts =
        DeviceParts.DEFAULT
            .with(
                new LinkListener() {
                  @Override
                  public void failed(String what) {
                    failures.add(what);
                  }
                })
            .withCommands(command -> {
              carriedOut.add(command.name());
              return Result.SUCCEEDED;
            })
            .withDesired(document -> {
              heater.add(document.getOrDefault("heater", "unset"));
              return Map.of();
            })
            .withRules(List.of(new Rule("temperature", 30, 25, "fan", fan::add)));
    Device device = Device.open(config, loops, parts);
    device.connect();
    return device;
  }

  private String send(String name) {
    String body = "{\"name\":\"%s\"}".formatted(name);
    String answer = expect(202, server.post("/api/v1/devices/d1/commands", body)).body();
    return JsonMapper.shared().readTree(answer).path("id").asString();
  }

  private JsonNode comesTo(String id, String state) {
    eventually(
        BOUND,
        id + " is " + state,
        () -> server.get("/api/v1/commands/" + id).path("state").asString().equals(state));
    return server.get("/api/v1/commands/" + id);
  }

  private void holdsInterlocks(String text) {
    Path held = folder.resolve("device").resolve("interlocks.json");
    eventually(
        BOUND,
        "the device has its interlocks",
        () -> Files.exists(held) && content(held).contains(text));
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server knows a reading, the device that has just started none. */
  @Test
  void theDeviceRefusesWhatTheServerLetPass() {
    expect(200, server.telemetry("d1", "{\"pressure\": 7.5}"));
    eventually(
        BOUND,
        "it is known",
        () -> server.get("/api/v1/devices/d1/readings").toString().contains("7.5"));
    try (Device device = open(server.port("mqtt"))) {
      holdsInterlocks("< 8");
      JsonNode refused = comesTo(send("move"), "refused");
      assertThat(refused.at("/result/code").asString()).isEqualTo("overpressure");
      assertThat(refused.at("/result/detail").asString())
          .isEqualTo(
              "The line is under pressure (cannot be judged: readings.pressure.value is missing)");
      assertThat(refused.at("/result/output/readings.pressure.value").isNull()).isTrue();
      assertThat(refused.at("/steps/4/actor").asString()).isEqualTo("device:d1");
      assertThat(server.get("/api/v1/devices/d1/history").toString()).contains("command.refused");
      assertThat(carriedOut).isEmpty();

      device.send(Map.of("pressure", 7.0));
      comesTo(send("move"), "succeeded");
      assertThat(carriedOut).containsExactly("move");
    }
  }

  @Test
  void aChangedProductReachesTheDeviceThatIsThere() {
    try (Device device = open(server.port("mqtt"))) {
      holdsInterlocks("< 8");
      assertThat(device.counters().dropped()).isZero();
      expect(200, server.put("/api/v1/products/valve", PRODUCT.replace("value < 8", "value < 5")));
      holdsInterlocks("< 5");
    }
  }

  @Test
  void theDeadManFallsBackOnTheDeviceWithTheNetworkCut() throws Exception {
    try (SilentProxy proxy = new SilentProxy(server.port("mqtt"));
        Device device = open(proxy.port())) {
      holdsInterlocks("deadMan");
      comesTo(send("run"), "succeeded");
      proxy.silence();
      eventually(BOUND, "it stops", () -> carriedOut.equals(List.of("run", "stop")));
      assertThat(failures.toString()).contains("run was not repeated within PT1S");
      assertThat(device.counters().dropped()).isZero();
    }
  }

  @Test
  void theDeadManFallsBackAfterARestartThatNobodySaw() throws Exception {
    try (SilentProxy proxy = new SilentProxy(server.port("mqtt"))) {
      try (Device device = open(proxy.port())) {
        holdsInterlocks("deadMan");
        comesTo(send("heat"), "succeeded");
        assertThat(device.counters().dropped()).isZero();
      }
      proxy.silence();
      heater.clear();
      try (Device again = open(proxy.port())) {
        eventually(BOUND, "it is off", () -> heater.contains(Boolean.FALSE));
        assertThat(again.counters().dropped()).isZero();
      }
    }
  }

  @Test
  void aRuleOfTheDeviceActsOnlyWhereItsInterlockHolds() {
    try (Device device = open(server.port("mqtt"))) {
      holdsInterlocks("< 8");
      device.send(Map.of("pressure", 9.0));
      device.send(Map.of("temperature", 35.0));
      device.send(Map.of("temperature", 36.0));
      assertThat(fan).isEmpty();
      assertThat(failures)
          .containsExactly(
              "rule on fan refused by fan: Not under pressure (readings.pressure.value = 9.0,"
                  + " value = true)");
      device.send(Map.of("pressure", 5.0));
      device.send(Map.of("temperature", 36.0));
      assertThat(fan).containsExactly(true);
    }
  }
}
