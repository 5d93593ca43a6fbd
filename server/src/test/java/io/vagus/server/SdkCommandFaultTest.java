package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.Command.Result;
import io.vagus.device.Device;
import io.vagus.device.DeviceParts;
import io.vagus.device.StoreConfig;
import io.vagus.device.mqtt.DeviceLoops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What befalls a command between platform and a device of the Java SDK: the network is cut between
 * each pair of its states, the device is killed, the server is killed. It is carried out at most
 * once, and its result is known in the end.
 */
@Timeout(120)
class SdkCommandFaultTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String COMMANDS = "/api/v1/devices/pump-7/commands";

  @TempDir Path folder;
  private RunningServer server;
  private Optional<ServerProcess> process = Optional.empty();
  private DeviceLoops loops;
  private int port;
  private final List<String> executed = new CopyOnWriteArrayList<>();

  /** How many commands may end; one takes its turn before its result. */
  private final Semaphore turns = new Semaphore(0);

  @BeforeEach
  void start() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    server = RunningServer.start(folder.resolve("data"), "mqtt=127.0.0.1:" + port);
    register();
    loops = new DeviceLoops(1);
  }

  private void register() {
    expect(201, server.post("/api/v1/products", "{\"id\":\"pump\",\"commands\":{\"beep\":{}}}"));
    expect(
        201,
        server.post(
            "/api/v1/devices",
            "{\"id\":\"pump-7\",\"product\":\"pump\",\"secret\":\"correct horse\"}"));
  }

  @AfterEach
  void stop() {
    loops.close();
    process.filter(ServerProcess::isAlive).ifPresent(ServerProcess::kill);
    server.close();
  }

  private void kill() {
    process.orElseThrow().kill();
  }

  /** In a process of its own. */
  private void serveAgain() {
    Path data = folder.resolve("killed");
    ServerProcess started = ServerProcess.start(data, "mqtt=127.0.0.1:" + port);
    process = Optional.of(started);
    server = RunningServer.of(started, data);
  }

  private Device open(int at) {
    DeviceParts parts =
        DeviceParts.DEFAULT
            .withoutTime()
            .withCommands(command -> {
              executed.add(command.id());
              return takesItsTurn() ? Result.SUCCEEDED : Result.failed("no-turn", "");
            });
    Device device =
        Device.open(SdkDevice.config(at, StoreConfig.on(folder.resolve("device"))), loops, parts);
    device.connect();
    return device;
  }

  private boolean takesItsTurn() {
    try {
      return turns.tryAcquire(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String beep() {
    String answer = expect(202, server.post(COMMANDS, "{\"name\":\"beep\"}")).body();
    return JsonMapper.shared().readTree(answer).path("id").asString();
  }

  private JsonNode command(String id) {
    return server.get("/api/v1/commands/" + id);
  }

  private void comesTo(String id, String state) {
    eventually(
        BOUND, id + " is " + state, () -> command(id).path("state").asString().equals(state));
  }

  private void connected() {
    eventually(
        BOUND,
        "it is connected",
        () -> server.get("/api/v1/devices/pump-7").at("/connection/connected").asBoolean(false));
  }

  private void begun(String id) {
    eventually(BOUND, id + " has begun", () -> executed.contains(id));
  }

  @Test
  void theNetworkIsCutBetweenEachPairOfItsStates() throws Exception {
    SilentProxy network = new SilentProxy(port);
    try (Device device = open(network.port())) {
      connected();
      network.silenceDown(); // sent, and never arrives
      String unheard = beep();
      comesTo(unheard, "sent");
      assertThat(executed).isEmpty();
      network.heal();
      begun(unheard);
      comesTo(unheard, "acknowledged");

      network.silence(); // acknowledged, and its result does not come
      turns.release();
      network.heal();
      comesTo(unheard, "succeeded");

      connected();
      network.silenceUp(); // it arrives, and its acknowledgement is lost
      String unacknowledged = beep();
      begun(unacknowledged);
      assertThat(command(unacknowledged).path("state").asString()).isEqualTo("sent");
      network.heal();
      comesTo(unacknowledged, "acknowledged");

      network.silenceDown(); // its result comes, and the device does not hear that it did
      turns.release();
      comesTo(unacknowledged, "succeeded");
      assertThat(device.counters().kept()).isPositive();
      network.heal(); // so that it says it again
      eventually(BOUND, "all is acknowledged", () -> device.counters().kept() == 0);
      assertThat(executed).containsExactly(unheard, unacknowledged);
      assertThat(command(unacknowledged).path("state").asString()).isEqualTo("succeeded");
      assertThat(server.text("/metrics"))
          .containsPattern("vagus_command_answers_total\\{outcome=\"duplicate\"\\} [1-9]");
    } finally {
      network.close();
    }
  }

  @Test
  void theServerIsKilledBetweenEachPairOfItsStates() throws Exception {
    server.close();
    try (Device device = open(port)) {
      serveAgain();
      register();
      connected();
      String first = beep();
      begun(first);
      kill(); // sent or acknowledged
      turns.release(); // and carried out while nobody hears it

      serveAgain();
      comesTo(first, "succeeded");
      connected();
      String second = beep();
      comesTo(second, "acknowledged");
      kill();

      serveAgain();
      assertThat(command(second).path("state").asString()).isEqualTo("acknowledged");
      String third = beep(); // waits for its turn
      kill();

      serveAgain();
      turns.release(2);
      comesTo(second, "succeeded");
      comesTo(third, "succeeded");
      assertThat(executed).containsExactly(first, second, third);
      assertThat(device.counters().refused()).isZero();
    }
  }

  @Test
  void killedBetweenStoringAndAcknowledgingItIsNotCarriedOutAndThatIsSaid() throws Exception {
    String id = beep();
    awaitDeath(ValveProcess.start(folder.resolve("device"), port, "stored"));
    assertThat(command(id).path("state").asString()).isEqualTo("sent");
    goesOnAfterRestart(id, "unknown", 0);
  }

  @Test
  void killedBetweenCarryingItOutAndItsResultItIsNotCarriedOutAgain() throws Exception {
    String id = beep();
    awaitDeath(ValveProcess.start(folder.resolve("device"), port, "executed"));
    goesOnAfterRestart(id, "unknown", 1);
  }

  @Test
  void killedWithAResultThatWasNotSentItIsSentAfterTheRestart() throws Exception {
    String id = beep();
    SilentProxy network = new SilentProxy(port);
    Process valve = ValveProcess.start(folder.resolve("device"), network.port(), "never");
    try {
      assertThat(valve.inputReader().readLine()).isEqualTo(id);
      network.silence();
      valve.outputWriter().write("go on\n");
      valve.outputWriter().flush();
      Path memory = folder.resolve("device/commands.json");
      eventually(BOUND, "its result is stored", () -> read(memory).contains("succeeded"));
      assertThat(command(id).has("executedAt")).isFalse();
    } finally {
      valve.toHandle().destroyForcibly();
      valve.waitFor();
      network.close();
    }
    goesOnAfterRestart(id, "succeeded", 1);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitDeath(Process valve) throws InterruptedException {
    try {
      assertThat(valve.waitFor(30, TimeUnit.SECONDS)).as("it died").isTrue();
      assertThat(valve.exitValue()).isEqualTo(128 + 9);
    } finally {
      valve.toHandle().destroyForcibly();
    }
  }

  /** The next process answers for what the one before took, and carries out what comes then. */
  private void goesOnAfterRestart(String id, String state, int times) throws IOException {
    turns.release();
    try (Device device = open(port)) {
      comesTo(id, state);
      String next = beep();
      comesTo(next, "succeeded");
      assertThat(executed).containsExactly(next);
      assertThat(device.counters().refused()).isZero();
    }
    Path lines = folder.resolve("device/executed");
    List<String> before = Files.exists(lines) ? Files.readAllLines(lines) : List.of();
    assertThat(before).hasSize(times).allMatch(id::equals);
  }
}
