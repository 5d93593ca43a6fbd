package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.Counters;
import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.DeviceParts;
import io.vagus.device.DropPolicy;
import io.vagus.device.Health;
import io.vagus.device.Pace;
import io.vagus.device.StoreConfig;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.kit.DataSize;
import io.vagus.kit.HostPort;
import io.vagus.kit.WallClock;
import io.vagus.testkit.ManualClock;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices of the Java SDK and what befalls them, against a real server. */
@Timeout(120)
class SdkTest {
  private static final Duration BOUND = Duration.ofSeconds(40);

  /** What is received is then what was sent. */
  private static final DeviceParts WITHOUT_TIME = DeviceParts.DEFAULT.withoutTime();

  @TempDir Path folder;
  private DeviceLoops loops;
  private int port;

  @BeforeEach
  void open() throws Exception {
    loops = new DeviceLoops(1);
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void close() {
    loops.close();
  }

  private RunningServer serve(String... more) {
    String[] all = java.util.Arrays.copyOf(more, more.length + 1);
    all[more.length] = "mqtt=127.0.0.1:" + port;
    RunningServer server = RunningServer.start(folder.resolve("data"), all);
    server.register("pump", "pump-7");
    return server;
  }

  private RunningServer serveAgain() {
    return RunningServer.start(folder.resolve("data"), "mqtt=127.0.0.1:" + port);
  }

  private StoreConfig store() {
    return StoreConfig.on(folder.resolve("device"));
  }

  @Test
  void itsReadingsArriveOverTlsWithItsSecret() {
    try (RunningServer server = serve("mqtts=127.0.0.1:0")) {
      DeviceConfig config =
          DeviceConfig.of("pump-7", new HostPort("localhost", server.port("mqtts")))
              .withSecret("correct horse")
              .with(SdkDevice.QUICK)
              .withAuthorities(folder.resolve("data/tls/server.crt"));
      try (Device device = Device.open(config, loops, WITHOUT_TIME)) {
        device.connect();
        device.send(Map.of("temperature", 21.5, "door", true, "state", "a \"b\"\n"));
        server.requireAccepted(1);
      }
      eventually(BOUND, "all are stored", () -> server.export("pump-7").lines().count() == 3);
      assertThat(config.toString()).doesNotContain("horse");
    }
  }

  @Test
  void aServerThatWasAwayForHoursGetsAllWithItsOwnTimes() {
    ManualClock clock =
        new ManualClock(WallClock.system().micros() - Duration.ofHours(7).toNanos() / 1000);
    Instant first = clock.now();
    DeviceConfig config = SdkDevice.config(port, store());
    try (Device device = Device.open(config, loops, WITHOUT_TIME.with(clock))) {
      device.connect();
      for (int n = 0; n < 7 * 60; n++) {
        device.send(Map.of("n", n));
        clock.advance(Duration.ofMinutes(1));
      }
      try (RunningServer server = serve()) {
        server.requireAccepted(7 * 60);
        requireStored(server, 0, 7 * 60 - 1);
        assertThat(server.export("pump-7").lines().findFirst().orElseThrow())
            .contains(first.toString().substring(0, 19));
        assertThat(server.get("/api/v1/gaps").findValuesAsString("kind"))
            .doesNotContain("sequence");
      }
    }
  }

  @Test
  void aLongCutFillsTheStoreAndTheServerSeesWhatWasGivenUp() {
    StoreConfig small = store().with(new DataSize(64 * 1024), DropPolicy.OLDEST);
    try (Device device = Device.open(SdkDevice.config(port, small), loops, WITHOUT_TIME)) {
      for (int n = 0; n < 2000; n++) {
        device.send(Map.of("n", n));
      }
      Counters full = device.counters();
      assertThat(full.droppedFull()).isPositive();
      assertThat(full.kept() + full.droppedFull()).isEqualTo(2000);
      try (RunningServer server = serve()) {
        device.send(Map.of("n", 2000));
        device.connect();
        Counters sent = device.counters();
        server.requireAccepted((int) (2001 - sent.droppedFull()));
        requireStored(server, (int) sent.droppedFull(), 2000);
        eventually(BOUND, "all are acknowledged", () -> device.counters().kept() == 0);
      }
    }
  }

  @Test
  void killedWhileBufferingItLosesNothingThatItKeptAndSendsNothingTwice() throws Exception {
    int next = 0;
    for (int round = 0; round < 3; round++) {
      Process process = SdkDevice.start(folder.resolve("device"), port, DropPolicy.NEWEST, next, 0);
      next = SdkDevice.killAfter(process, 60 + 41 * round) + 1;
    }
    try (RunningServer server = serve();
        Device device = Device.open(SdkDevice.config(port, store()), loops, WITHOUT_TIME)) {
      device.connect();
      eventually(BOUND, "all are acknowledged", () -> device.counters().kept() == 0);
      requireOnce(server, next);
    }
  }

  @Test
  void killedWhileSendingItLosesNothingThatItKeptAndNothingIsStoredTwice() throws Exception {
    try (RunningServer server = serve()) {
      int next = 0;
      for (int round = 0; round < 3; round++) {
        Process process =
            SdkDevice.start(folder.resolve("device"), port, DropPolicy.NEWEST, next, 0);
        next = SdkDevice.killAfter(process, 150) + 1;
      }
      try (Device device = Device.open(SdkDevice.config(port, store()), loops, WITHOUT_TIME)) {
        device.connect();
        eventually(BOUND, "all are acknowledged", () -> device.counters().kept() == 0);
        requireOnce(server, next);
      }
    }
  }

  private static void requireStored(RunningServer server, int first, int last) {
    List<Integer> expected = IntStream.rangeClosed(first, last).boxed().toList();
    eventually(
        BOUND,
        first + " to " + last + " are stored",
        () -> server.numbers("pump-7").equals(expected));
  }

  /** One more than was printed may have been kept: the kill fell between. */
  private static void requireOnce(RunningServer server, int printed) {
    eventually(BOUND, printed + " are stored", () -> server.numbers("pump-7").size() >= printed);
    List<Integer> numbers = server.numbers("pump-7").stream().sorted().toList();
    assertThat(numbers).containsAll(IntStream.range(0, printed).boxed().toList());
    assertThat(server.get("/api/v1/ledger").path("balanced").asBoolean()).isTrue();
    assertThat(server.total().path("accepted").asInt()).isEqualTo(numbers.size());
    assertThat(server.total().path("deadLettered").asInt()).isZero();
  }

  @Test
  void aDiskThatTakesNoMoreIsSaidAndWhatIsKeptArrives() throws Exception {
    Process process = SdkDevice.start(folder.resolve("device"), port, DropPolicy.NEWEST, 0, 32);
    String last = process.inputReader().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).contains("droppedDisk=1", "droppedFull=0");
    int kept = Integer.parseInt(last.split(" ")[0]);
    assertThat(kept).isPositive();
    try (RunningServer server = serve();
        Device device = Device.open(SdkDevice.config(port, store()), loops, WITHOUT_TIME)) {
      assertThat(device.counters().droppedDisk()).isOne();
      device.connect();
      server.requireAccepted(kept);
      requireStored(server, 0, kept - 1);
    }
  }

  @Test
  void aClockThatIsHoursOffIsMeasuredAndItsTimesAreCorrected() {
    WallClock slow = () -> WallClock.system().micros() - Duration.ofHours(3).toNanos() / 1000;
    DeviceConfig config = SdkDevice.config(port, store());
    try (RunningServer server = serve();
        Device device = Device.open(config, loops, DeviceParts.DEFAULT.with(slow))) {
      device.connect();
      eventually(BOUND, "it has measured", () -> !device.clockOffset().isZero());
      assertThat(device.clockOffset()).isBetween(Duration.ofMinutes(179), Duration.ofMinutes(181));
      Instant sent = WallClock.system().now();
      device.send(Map.of("n", 1));
      eventually(BOUND, "it is stored", () -> server.numbers("pump-7").size() == 1);
      String stored = server.export("pump-7").replaceFirst("(?s).*\"time\":\"([^\"]+)\".*", "$1");
      assertThat(Duration.between(sent, Instant.parse(stored)).abs())
          .as(server.export("pump-7"))
          .isLessThan(Duration.ofSeconds(30));
    }
  }

  /**
   * The server waits one and a half keep alives: of a second before, of eight with a low battery.
   */
  @Test
  void itsHealthIsKnownWhateverItsModelAndTheOfflineTimeoutFollowsItsBattery() throws Exception {
    AtomicInteger battery = new AtomicInteger(90);
    DeviceParts parts =
        WITHOUT_TIME.withReports(
            new Pace(Duration.ofSeconds(1), Duration.ofSeconds(10)),
            () ->
                new Health(OptionalDouble.of(battery.get()), OptionalDouble.of(-71), "2.4", false));
    try (RunningServer server =
        RunningServer.start(folder.resolve("data"), "mqtt=127.0.0.1:" + port)) {
      RunningServer.expect(
          201,
          server.post(
              "/api/v1/products",
              "{\"id\":\"strict\",\"unknownMetrics\":\"refuse\",\"metrics\":{\"n\":{\"type\":\"number\"}}}"));
      RunningServer.expect(
          201,
          server.post(
              "/api/v1/devices",
              "{\"id\":\"pump-7\",\"product\":\"strict\",\"secret\":\"correct horse\"}"));
      SilentProxy network = new SilentProxy(port);
      try (Device device = Device.open(SdkDevice.config(network.port(), store()), loops, parts)) {
        device.connect();
        eventually(BOUND, "it reports", () -> server.export("pump-7").contains("health.battery"));
        assertThat(server.export("pump-7")).contains("health.uptime", "health.signal", "2.4");
        Duration well = goneAfter(server, network);
        battery.set(10);
        network.heal();
        eventually(
            BOUND,
            "it reports its battery",
            () -> server.export("pump-7").contains("\"value\":10"));
        Duration low = goneAfter(server, network);
        assertThat(well).isLessThan(Duration.ofSeconds(4));
        assertThat(low).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(20));
        assertThat(server.total().path("deadLettered").asInt()).isZero();
      } finally {
        network.close();
      }
    }
  }

  private static boolean isConnected(RunningServer server) {
    return server.get("/api/v1/devices/pump-7").at("/connection/connected").asBoolean();
  }

  /** From when nothing comes through any more until the server says so. */
  private static Duration goneAfter(RunningServer server, SilentProxy network) {
    eventually(BOUND, "it is connected", () -> isConnected(server));
    network.silence();
    long start = System.nanoTime();
    eventually(BOUND, "it is gone", () -> !isConnected(server));
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void itComesBackToAServerThatWasStartedAgain() {
    try (Device device = Device.open(SdkDevice.config(port, store()), loops, WITHOUT_TIME)) {
      device.connect();
      try (RunningServer server = serve()) {
        device.send(Map.of("n", 0));
        server.requireAccepted(1);
      }
      device.send(Map.of("n", 1));
      try (RunningServer server = serveAgain()) {
        server.requireAccepted(2);
      }
    }
  }
}
