package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What breaks under a whole server, and what it must keep of its promises then. */
@Timeout(120)
class ServerFaultTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int KILLS = 5;
  private static final int HERD = 1000;
  private static final int GUESSES = 200;

  /** MQTT 5.0 §3.2.2.2: the password checks have a bounded queue; a device tries again. */
  private static final int SERVER_BUSY = 0x89;

  /** A password hash costs some 5 ms of CPU, and other tests may run on this machine. */
  private static final Duration HERD_BOUND = Duration.ofSeconds(45);

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedIsStoredOnceHoweverOftenTheServerIsKilled() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path data = folder.resolve("data");
    List<NumberedLoad> loads =
        IntStream.range(0, 6).mapToObj(i -> new NumberedLoad("pump-" + i, i < 4)).toList();
    try (ExecutorService senders =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (int kill = 0; kill < KILLS; kill++) {
        ServerProcess process = ServerProcess.start(data);
        RunningServer server = RunningServer.of(process, data);
        List<Future<?>> running;
        try {
          if (kill == 0) {
            server.registerAll(loads.size(), "correct horse");
          }
          running = Loads.startAll(senders, loads, server);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(1200)));
        } finally {
          process.kill();
        }
        Loads.endAll(running);
      }
      loads.forEach(NumberedLoad::finish);
      try (RunningServer server = RunningServer.of(ServerProcess.start(data), data)) {
        Loads.endAll(Loads.startAll(senders, loads, server));
        Loads.requireAllStoredOnce(server, loads, "seed " + seed);
      }
    }
  }

  @Test
  void aFullDiskStopsAcknowledgementsAndLosesNoneAndSpaceBringsThemBack() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    assumeTrue(
        Command.run(folder, Map.of(), "mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", "mount")
                .exitCode()
            == 0,
        "no file system can be mounted here: the disk is not filled");
    Path data = mount.resolve("data");
    ServerProcess process = ServerProcess.start(data, "journal.segment-size=1MiB");
    try (RunningServer server = RunningServer.of(process, data)) {
      server.registerAll(8, "correct horse");
      fillUnderDeadLetters(server, mount.resolve("filler"));
      fillAndFree(server, mount.resolve("filler"));
      assertThat(process.isAlive()).isTrue();
    } finally {
      Command.run(folder, Map.of(), "umount", "-l", "mount").succeeded();
    }
  }

  private static void fillAndFree(RunningServer server, Path filler) throws Exception {
    List<NumberedLoad> loads =
        IntStream.range(0, 3).mapToObj(i -> new NumberedLoad("pump-" + i, i < 2)).toList();
    List<NumberedLoad> late =
        IntStream.range(4, 8).mapToObj(i -> new NumberedLoad("pump-" + i, false)).toList();
    List<NumberedLoad> all = Stream.concat(loads.stream(), late.stream()).toList();
    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = Loads.startAll(senders, loads, server);
      eventually(BOUND, "all are served", () -> loads.stream().allMatch(l -> l.begun() > 100));
      fill(filler);
      eventually(BOUND, "the journal is down", () -> server.state("journal").equals("down"));
      assertThat(server.health().toString()).contains("disk full");
      int before = Loads.acknowledged(loads);
      assertThat(server.get("/api/v1/ledger").path("balanced").asBoolean()).isTrue();
      assertThat(server.numbers("pump-0")).isNotEmpty();
      List<Future<?>> waiting = Loads.startAll(senders, late, server);
      eventually(
          BOUND, "who comes now is put off", () -> late.stream().anyMatch(l -> l.toldToWait() > 0));
      assertThat(Loads.acknowledged(all)).isEqualTo(before);
      Files.delete(filler);
      eventually(
          BOUND, "acknowledgements come again", () -> Loads.acknowledged(loads) > before + 1000);
      all.forEach(NumberedLoad::finish);
      Loads.endAll(running);
      Loads.endAll(waiting);
    }
    eventually(BOUND, "all is well", () -> server.health().path("status").asText().equals("up"));
    Loads.requireAllStoredOnce(server, all, "full disk");
  }

  /** The journal has files at hand, the dead letters have not. */
  private static void fillUnderDeadLetters(RunningServer server, Path filler) throws Exception {
    UnreadableLoad unreadable = new UnreadableLoad("pump-3");
    fill(filler);
    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> running = senders.submit(() -> unreadable.run(server));
      eventually(BOUND, "it stands still", () -> !server.state("process").equals("up"));
      Files.delete(filler);
      unreadable.finish();
      Loads.endAll(List.of(running));
    }
    assertThat(unreadable.kept()).isPositive();
    eventually(
        BOUND,
        "all dead letters are kept",
        () -> server.total().path("deadLettered").asInt() == unreadable.kept());
    assertThat(server.state("process")).isEqualTo("up");
  }

  /** To the last byte. */
  private static void fill(Path filler) {
    byte[] chunk = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(chunk);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  @Test
  void aBrokenSeriesStoreIsPutAsideAndRebuiltFromTheJournal() throws IOException {
    String before;
    try (RunningServer server = RunningServer.start(folder)) {
      server.registerAll(1, "correct horse");
      send(server, 0, 200);
      eventually(BOUND, "all is stored", () -> server.numbers("pump-0").size() == 200);
      before = server.export("pump-0");
    }
    Path table = find(folder.resolve("series/raw"), "_txn");
    Files.write(table, new byte[(int) Files.size(table)]);
    try (RunningServer server = RunningServer.start(folder)) {
      assertThat(server.state("series")).isEqualTo("degraded");
      assertThat(server.health().toString()).contains("quarantine");
      eventually(BOUND, "all is rebuilt", () -> server.export("pump-0").equals(before));
      send(server, 200, 201);
      eventually(BOUND, "it goes on", () -> server.numbers("pump-0").size() == 201);
      server.requireAccepted(201);
    }
  }

  @Test
  void aDamagedBlockOfTheJournalIsNamedAndAllOthersAreRead() throws IOException {
    String[] small = {"journal.segment-size=16KiB"};
    try (RunningServer server = RunningServer.start(folder, small)) {
      server.registerAll(1, "correct horse");
      send(server, 0, 300);
      server.requireAccepted(300);
    }
    Path segment = damageSecondSegment();
    removeAll(folder.resolve("series"));
    int lost;
    try (RunningServer server = RunningServer.start(folder, small)) {
      eventually(BOUND, "the rest is rebuilt", () -> server.numbers("pump-0").contains(299));
      lost = 300 - server.numbers("pump-0").size();
      // Each message was a block of its own.
      assertThat(lost).isEqualTo(1);
      assertThat(server.state("journal")).isEqualTo("degraded");
      assertThat(server.health().toString()).contains(segment.getFileName().toString());
      // The ledger knows of it: it was counted before the damage.
      server.requireAccepted(300);
      send(server, 300, 301);
      eventually(BOUND, "it goes on", () -> server.numbers("pump-0").contains(300));
    }
    removeAll(folder.resolve("process"));
    try (RunningServer server = RunningServer.start(folder, small)) {
      server.requireAccepted(301 - lost);
    }
  }

  @Test
  void allDevicesAreServedWhenTheyComeBackAtOnceWhileOthersGuess() throws Exception {
    try (RunningServer server = RunningServer.start(folder)) {
      server.registerAll(HERD, "secret of %d");
    }
    try (RunningServer server = RunningServer.start(folder);
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = server.port("mqtt");
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < HERD; i++) {
        int number = i;
        running.add(
            senders.submit(() -> {
              comeBack(start, port, number);
              return number;
            }));
      }
      List<Future<Integer>> guesses = new ArrayList<>();
      for (int i = 0; i < GUESSES; i++) {
        int number = i;
        guesses.add(senders.submit(() -> guess(start, port, number)));
      }
      long startNanos = System.nanoTime();
      start.countDown();
      Loads.endAll(running);
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(HERD_BOUND);
      for (Future<Integer> guess : guesses) {
        // Bad User Name or Password, or Connection rate exceeded (MQTT 5.0 §3.2.2.2).
        assertThat(guess.get(60, TimeUnit.SECONDS)).isIn(0x86, 0x9F);
      }
      server.requireAccepted(HERD);
      assertThat(server.refusedConnections()).isEqualTo(GUESSES);
    }
  }

  private static void comeBack(CountDownLatch start, int port, int number) throws Exception {
    start.await();
    int reason = SERVER_BUSY;
    while (reason == SERVER_BUSY) {
      try (MqttDevice device = new MqttDevice("127.0.0.1", port, "pump-" + number)) {
        reason = device.connect("secret of " + number);
        if (reason == 0) {
          device.publish(1, "{\"n\":%d}".formatted(number));
          assertThat(device.readAck()).isEqualTo(new MqttDevice.Ack(1, 0));
        }
      }
    }
    assertThat(reason).as("pump-%d", number).isZero();
  }

  /** The reason for which a wrong secret is refused. */
  private static int guess(CountDownLatch start, int port, int number) throws Exception {
    start.await();
    int reason = SERVER_BUSY;
    while (reason == SERVER_BUSY) {
      try (MqttDevice device = new MqttDevice("127.0.0.2", port, "pump-" + number)) {
        reason = device.connect("secret of " + (number + 1));
      }
    }
    return reason;
  }

  @Test
  void aReadingIsTheSameByMqtt3ByMqtt5AndByHttp() throws Exception {
    try (RunningServer server = RunningServer.start(folder)) {
      server.registerAll(2, "correct horse");
      publishByMqtt3(server, reading("a-3", 1));
      publishByMqtt5(server, reading("a-5", 2));
      expect(200, server.telemetry("pump-0", reading("a-h", 3)));

      eventually(BOUND, "all are stored", () -> server.numbers("pump-0").size() == 3);
      assertThat(traceBut(server, "a-3", "mqtt")).isEqualTo(traceBut(server, "a-5", "mqtt"));
      assertThat(traceBut(server, "a-3", "mqtt")).isEqualTo(traceBut(server, "a-h", "http"));
      assertThat(server.numbers("pump-0")).containsExactly(7, 7, 7);
      server.requireAccepted(3);
    }
  }

  @Test
  void aDeviceCannotPublishAsAnotherAndTheAttemptIsCounted() throws Exception {
    try (RunningServer server = RunningServer.start(folder)) {
      server.registerAll(2, "correct horse");
      try (MqttDevice device = MqttDevice.connected(server.port("mqtt"), "pump-0")) {
        device.publish("v1/pump-1/telemetry", 1, "{\"n\":1}");
        assertThat(device.readAck()).isEqualTo(new MqttDevice.Ack(1, 0x87));
        device.publish(2, "{\"n\":2}");
        assertThat(device.readAck()).isEqualTo(new MqttDevice.Ack(2, 0));
      }
      eventually(BOUND, "it is rejected", () -> server.total().path("rejected").asInt() == 1);
      assertThat(server.total().path("reasons").path("not-authorized").asInt()).isEqualTo(1);
      eventually(BOUND, "its own is stored", () -> server.numbers("pump-0").equals(List.of(2)));
      assertThat(server.numbers("pump-1")).isEmpty();
      assertThat(server.get("/api/v1/ledger").path("balanced").asBoolean()).isTrue();
    }
  }

  private static String reading(String id, int second) {
    return "{\"id\":\"%s\",\"time\":\"%s\",\"values\":{\"n\":7}}"
        .formatted(id, Instant.now().minusMillis(100).plusMillis(second));
  }

  private static void publishByMqtt3(RunningServer server, String payload) {
    Mqtt3BlockingClient client =
        MqttClient.builder()
            .useMqttVersion3()
            .serverHost("127.0.0.1")
            .serverPort(server.port("mqtt"))
            .simpleAuth()
            .username("pump-0")
            .password("correct horse".getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    client
        .publishWith()
        .topic("v1/pump-0/telemetry")
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(payload.getBytes(StandardCharsets.UTF_8))
        .send();
    client.disconnect();
  }

  private static void publishByMqtt5(RunningServer server, String payload) throws IOException {
    try (MqttDevice device = MqttDevice.connected(server.port("mqtt"), "pump-0")) {
      device.publish(1, payload);
      assertThat(device.readAck()).isEqualTo(new MqttDevice.Ack(1, 0));
    }
  }

  /** Without what is each message's own: its ids, its times, and the listener, which is checked. */
  private static Map<String, String> traceBut(RunningServer server, String id, String listener) {
    JsonNode messages = server.get("/api/v1/messages/" + id + "?device=pump-0").path("messages");
    assertThat(messages.size()).isEqualTo(1);
    Map<String, String> trace = new TreeMap<>();
    messages
        .path(0)
        .properties()
        .forEach(
            p -> trace.put(p.getKey(), p.getKey().endsWith("Time") ? "" : p.getValue().toString()));
    assertThat(trace.remove("listener")).isEqualTo("\"" + listener + "\"");
    assertThat(trace.remove("deviceMessageId")).isEqualTo("\"" + id + "\"");
    assertThat(trace.remove("id")).isNotEmpty();
    return trace;
  }

  private static void send(RunningServer server, int from, int to) {
    for (int n = from; n < to; n++) {
      expect(200, server.telemetry("pump-0", "{\"n\":%d}".formatted(n)));
    }
  }

  private static Path find(Path below, String name) throws IOException {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(p -> p.getFileName().toString().equals(name))
          .filter(p -> !p.toString().contains("wal") && p.toString().contains("/raw~"))
          .findFirst()
          .orElseThrow();
    }
  }

  private Path damageSecondSegment() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
      Path segment = files.filter(p -> p.toString().endsWith(".log")).sorted().toList().get(1);
      byte[] bytes = Files.readAllBytes(segment);
      for (int at = bytes.length / 2; at < bytes.length / 2 + 8; at++) {
        bytes[at] ^= 0x55;
      }
      Files.write(segment, bytes);
      return segment;
    }
  }

  private static void removeAll(Path top) throws IOException {
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
