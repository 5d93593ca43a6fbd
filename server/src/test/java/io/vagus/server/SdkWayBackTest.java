package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.Command.Result;
import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.DeviceParts;
import io.vagus.device.StoreConfig;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.kit.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Commands and desired state from the API through a real server to devices of the SDKs. */
@Timeout(120)
class SdkWayBackTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir Path folder;
  private RunningServer server;
  private DeviceLoops loops;
  private final List<String> carriedOut = new CopyOnWriteArrayList<>();
  private final AtomicReference<Device> device = new AtomicReference<>();

  @BeforeEach
  void start() {
    server = RunningServer.start(folder.resolve("data"));
    loops = new DeviceLoops(1);
    expect(201, server.post("/api/v1/products", CommandTest.VALVE));
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

  private Device open() {
    DeviceConfig config =
        DeviceConfig.of("d1", new HostPort("127.0.0.1", server.port("mqtt")))
            .withSecret("correct horse")
            .with(SdkDevice.QUICK)
            .with(StoreConfig.on(folder.resolve("device")));
    DeviceParts parts =
        DeviceParts.DEFAULT
            .withCommands(command -> {
              carriedOut.add(command.id());
              Object position = command.args().get("position");
              if (position != null) {
                device.get().report(Map.of("valve", Map.of("position", position)));
              }
              return Result.SUCCEEDED;
            })
            .withDesired(document -> Map.of("mode", document.getOrDefault("mode", "none")));
    device.set(Device.open(config, loops, parts));
    device.get().connect();
    return device.get();
  }

  private String send(String body) {
    String answer = expect(202, server.post("/api/v1/devices/d1/commands", body)).body();
    return JsonMapper.shared().readTree(answer).path("id").asString();
  }

  private void comesTo(String id, String state) {
    eventually(
        BOUND,
        id + " is " + state,
        () -> server.get("/api/v1/commands/" + id).path("state").asString().equals(state));
  }

  @Test
  void aCommandIsDeliveredExecutedAndItsEffectVerified() {
    try (Device valve = open()) {
      String id = send("{\"name\":\"move\",\"arguments\":{\"position\":40}}");
      comesTo(id, "succeeded");
      assertThat(server.get("/api/v1/commands/" + id).has("verifiedAt")).isTrue();
      assertThat(carriedOut).containsExactly(id);
      assertThat(valve.counters().refused()).isZero();
    }
  }

  @Test
  void whatWasSentWhileItWasAwayIsCarriedOutOnceOverItsRestarts() {
    String first = send("{\"name\":\"beep\"}");
    try (Device valve = open()) {
      comesTo(first, "succeeded");
      assertThat(valve.counters().refused()).isZero();
    }
    String second = send("{\"name\":\"beep\"}");
    String urgent = send("{\"name\":\"stop\"}");
    for (int restart = 0; restart < 3; restart++) {
      try (Device valve = open()) {
        comesTo(second, "succeeded");
        comesTo(urgent, "succeeded");
        assertThat(valve.counters().dropped()).isZero();
      }
    }
    assertThat(carriedOut).containsExactlyInAnyOrder(first, second, urgent);
  }

  @Test
  void desiredStateIsFollowedAlsoWhenItChangedWhileItWasAway() {
    server.patch("/api/v1/devices/d1/twin/desired", "{\"mode\":\"eco\"}");
    try (Device valve = open()) {
      follows();
      assertThat(valve.counters().refused()).isZero();
    }
    server.patch("/api/v1/devices/d1/twin/desired", "{\"mode\":\"boost\"}");
    try (Device valve = open()) {
      follows();
      assertThat(server.get("/api/v1/devices/d1/twin").at("/reported/mode").asString())
          .isEqualTo("boost");
      assertThat(valve.counters().refused()).isZero();
    }
  }

  private void follows() {
    eventually(
        BOUND,
        "it follows",
        () -> server.get("/api/v1/devices/d1/twin").path("sync").asString().equals("follows"));
  }

  @Test
  void aDeviceInCDoesTheSame() throws Exception {
    SdkCTest.compileExample(folder);
    Process valve =
        new ProcessBuilder(
                "./sdk-device", "d1", "correct horse", "127.0.0.1", "" + server.port("mqtt"))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      String id = send("{\"name\":\"move\",\"arguments\":{\"position\":40}}");
      eventually(
          BOUND, "it is executed", () -> server.get("/api/v1/commands/" + id).has("executedAt"));
      server.patch("/api/v1/devices/d1/twin/desired", "{\"mode\":\"eco\"}");
      eventually(
          BOUND,
          "it has answered",
          () -> server.get("/api/v1/devices/d1/twin").path("sync").asString().equals("differs"));
      assertThat(valve.inputReader().readLine()).isEqualTo("command move {\"position\":40}");
      assertThat(valve.inputReader().readLine()).startsWith("desired 1 whole {\"mode\":\"eco\"}");
    } finally {
      valve.toHandle().destroyForcibly();
      valve.waitFor();
    }
  }
}
