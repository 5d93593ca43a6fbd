package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.vagus.backup.ArchiveReader;
import io.vagus.backup.Restore;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Backups of a running server, and the servers that are made of them. */
class BackupTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private static final Instant YESTERDAY = Instant.now().minus(Duration.ofHours(48));

  @TempDir Path folder;

  @Test
  void aRestoredServerSaysWhatTheBackedUpOneSaid() throws Exception {
    Map<String, String> before;
    String token;
    Path archive = folder.resolve("a.tar.zst");
    try (RunningServer server = RunningServer.start(folder.resolve("data"), "mqtts=127.0.0.1:0")) {
      fill(server);
      Files.createDirectories(folder.resolve("data/trust"));
      Files.writeString(folder.resolve("data/trust/issuer.key"), "of an authority");
      before = answers(server);
      token = server.token();
      server.backup(archive);
      assertThat(answers(server)).isEqualTo(before);
    }

    restore(archive, folder.resolve("new"));

    assertThat(folder.resolve("new/admin.token")).doesNotExist();
    assertThat(folder.resolve("new/tls/server.key"))
        .hasSameBinaryContentAs(folder.resolve("data/tls/server.key"));
    assertThat(folder.resolve("new/trust/issuer.key")).hasContent("of an authority");
    assertThat(folder.resolve("data/.backup")).doesNotExist();
    try (RunningServer server = RunningServer.start(folder.resolve("new"))) {
      assertThat(answers(server)).isEqualTo(before);
      assertThat(server.statusFor(token, "/api/v1/applications")).isEqualTo(200);
      assertThat(server.health().path("status").asString()).isEqualTo("up");
      expect(200, server.telemetry("pump-0", "{\"n\": 1000}"));
      eventually(BOUND, "it goes on", () -> server.export("pump-0").contains(":1000"));
      assertThat(server.get("/api/v1/ledger").path("balanced").asBoolean()).isTrue();
    }
  }

  /** Readings of all kinds, duplicates, dead letters, a gap, an application. */
  private static void fill(RunningServer server) {
    server.registerAll(3, "correct horse");
    expect(
        201,
        server.post(
            "/api/v1/products",
            "{\"id\":\"valve\",\"metrics\":{\"open\":{\"type\":\"boolean\"}}}"));
    expect(201, server.post("/api/v1/devices", "{\"id\":\"valve-1\",\"product\":\"valve\"}"));
    expect(
        201, server.post("/api/v1/tokens", "{\"name\":\"nightly\",\"scopes\":[\"backup.take\"]}"));
    for (int n = 0; n < 300; n++) {
      String device = "pump-" + n % 3;
      expect(200, server.telemetry(device, "{\"n\":%d,\"state\":\"s%d\"}".formatted(n, n % 7)));
    }
    String late =
        "{\"id\":\"late\",\"time\":\"%s\",\"values\":{\"n\":-1}}"
            .formatted(Instant.now().minus(Duration.ofHours(30)));
    expect(200, server.telemetry("pump-1", late));
    expect(200, server.telemetry("pump-1", late));
    expect(422, server.telemetry("pump-2", "{\"n\": 1e400}"));
    eventually(
        BOUND,
        "all is decided",
        () -> {
          JsonNode total = server.total();
          return total.path("accepted").asInt() == 301
              && total.path("duplicate").asInt() == 1
              && total.path("deadLettered").asInt() == 1;
        });
    eventually(
        BOUND,
        "all is stored",
        () ->
            IntStream.range(0, 3).mapToLong(i -> server.export("pump-" + i).lines().count()).sum()
                == 601);
  }

  /** Everything that can be asked, without the time of asking. */
  private static Map<String, String> answers(RunningServer server) {
    Map<String, String> answers = new TreeMap<>();
    for (String path :
        List.of(
            "products",
            "devices",
            "applications",
            "dead-letters",
            "duplicates",
            "gaps",
            "ledger",
            "devices/pump-0/messages",
            "messages/late?device=pump-1")) {
      JsonNode answer = server.get("/api/v1/" + path);
      // Who is connected and was heard last is of the process, not of what it keeps.
      answer
          .path("items")
          .forEach(item -> ((ObjectNode) item).remove(List.of("connection", "lastSeen")));
      answers.put(path, answer.toString());
    }
    for (int i = 0; i < 3; i++) {
      String latest = "devices/pump-" + i + "/readings";
      answers.put(latest, server.get("/api/v1/" + latest).path("readings").toString());
      answers.put("export of pump-" + i, server.export("pump-" + i));
      String hours = latest + "/n?from=" + YESTERDAY + "&step=1h";
      answers.put("hours of pump-" + i, server.get("/api/v1/" + hours).path("points").toString());
    }
    return answers;
  }

  @Test
  void whatWasAcknowledgedBeforeABackupUnderLoadIsInItOnce() throws Exception {
    List<NumberedLoad> loads =
        IntStream.range(0, 4).mapToObj(i -> new NumberedLoad("pump-" + i, i < 3)).toList();
    List<BitSet> before;
    Path archive = folder.resolve("a.tar.zst");
    String[] settings = {"journal.segment-size=64KiB", "process.maintain-every=1s"};
    try (RunningServer server = RunningServer.start(folder.resolve("data"), settings);
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      server.registerAll(loads.size(), "correct horse");
      List<Future<?>> running = Loads.startAll(senders, loads, server);
      try {
        eventually(BOUND, "all are served", () -> loads.stream().allMatch(l -> l.begun() > 500));
        before = loads.stream().map(NumberedLoad::acknowledged).toList();
        server.backup(archive);
        int then = Loads.acknowledged(loads);
        eventually(BOUND, "they go on", () -> Loads.acknowledged(loads) > then + 500);
      } finally {
        loads.forEach(NumberedLoad::finish);
      }
      Loads.endAll(running);
      Loads.requireAllStoredOnce(server, loads, "the server that was backed up");
    }
    restore(archive, folder.resolve("new"));
    try (RunningServer server = RunningServer.start(folder.resolve("new"), settings)) {
      eventually(BOUND, "all is decided", () -> server.total().path("pending").asInt() == 0);
      int accepted = server.total().path("accepted").asInt();
      eventually(BOUND, "all is stored", () -> stored(server, loads) == accepted);
      for (int i = 0; i < loads.size(); i++) {
        String device = loads.get(i).device();
        BitSet wanted = before.get(i);
        List<Integer> numbers = server.numbers(device);
        assertThat(numbers).doesNotHaveDuplicates();
        assertThat(numbers).containsAll(wanted.stream().boxed().toList());
      }
      server.requireAccepted(accepted);
      assertThat(server.health().path("status").asString()).isEqualTo("up");
      expect(200, server.telemetry("pump-0", "{\"n\": -5}"));
      eventually(BOUND, "it goes on", () -> server.numbers("pump-0").contains(-5));
    }
  }

  private static int stored(RunningServer server, List<NumberedLoad> loads) {
    return loads.stream().mapToInt(load -> server.numbers(load.device()).size()).sum();
  }

  @Test
  void whoReadsABackupSlowlyHoldsUpNothingAndOneThatBreaksOffLeavesNothing() throws Exception {
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
      server.registerAll(1, "correct horse");
      // Incompressible, so that it does not all fit into buffers on the way.
      Random random = new Random(7);
      for (int i = 0; i < 300; i++) {
        expect(200, server.telemetry("pump-0", noise(random)));
      }
      try (InputStream archive = server.openBackup()) {
        assertThat(archive.read()).isEqualTo(0x28);
        expect(200, server.telemetry("pump-0", "{\"n\": 1}"));
        eventually(
            BOUND, "it is stored", () -> server.export("pump-0").contains("\"metric\":\"n\""));
        assertThat(folder.resolve("data/.backup")).exists();
      }
      eventually(BOUND, "it is gone", () -> Files.notExists(folder.resolve("data/.backup")));
      restore(server.backup(folder.resolve("a.tar.zst")), folder.resolve("new"));
      try (Socket unread = new Socket("127.0.0.1", server.port("http"))) {
        unread
            .getOutputStream()
            .write(
                "GET /api/v1/backup HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                    .formatted(server.token())
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(unread.getInputStream().read()).isEqualTo('H');
        server.close();
        assertThat(folder.resolve("data/.backup")).doesNotExist();
      }
    }
  }

  private static String noise(Random random) {
    StringJoiner texts = new StringJoiner(",", "{", "}");
    byte[] bytes = new byte[3000];
    for (int i = 0; i < 20; i++) {
      random.nextBytes(bytes);
      texts.add("\"t%d\":\"%s\"".formatted(i, Base64.getEncoder().encodeToString(bytes)));
    }
    return texts.toString();
  }

  @Test
  void sessionsAndRetainedMessagesGoOnAfterARestore() throws Exception {
    Path archive = folder.resolve("a.tar.zst");
    try (RunningServer server = RunningServer.start(folder.resolve("data"), "open=true")) {
      Mqtt3BlockingClient subscriber = client(server, "away");
      subscriber.connectWith().cleanSession(false).send();
      subscriber.subscribeWith().topicFilter("plant/#").qos(MqttQos.AT_LEAST_ONCE).send();
      subscriber.disconnect();
      Mqtt3BlockingClient publisher = client(server, "publisher");
      publisher.connect();
      publisher
          .publishWith()
          .topic("plant/line-1")
          .qos(MqttQos.AT_LEAST_ONCE)
          .retain(true)
          .payload("running".getBytes(StandardCharsets.UTF_8))
          .send();
      publisher.disconnect();
      server.backup(archive);
    }
    restore(archive, folder.resolve("new"));
    try (RunningServer server = RunningServer.start(folder.resolve("new"), "open=true")) {
      Mqtt3BlockingClient subscriber = client(server, "away");
      try (var queued = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
        assertThat(subscriber.connectWith().cleanSession(false).send().isSessionPresent()).isTrue();
        assertThat(text(queued.receive(30, TimeUnit.SECONDS))).isEqualTo("running");
      }
      subscriber.disconnect();
      Mqtt3BlockingClient other = client(server, "other");
      try (var retained = other.publishes(MqttGlobalPublishFilter.ALL)) {
        other.connect();
        other.subscribeWith().topicFilter("plant/line-1").send();
        assertThat(text(retained.receive(30, TimeUnit.SECONDS))).isEqualTo("running");
      }
      other.disconnect();
    }
  }

  private static Mqtt3BlockingClient client(RunningServer server, String id) {
    return MqttClient.builder()
        .useMqttVersion3()
        .identifier(id)
        .serverHost("127.0.0.1")
        .serverPort(server.port("mqtt"))
        .buildBlocking();
  }

  private static String text(Optional<Mqtt3Publish> message) {
    return new String(message.orElseThrow().getPayloadAsBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void allThatAServerKeepsIsInABackup() throws Exception {
    Set<String> kept;
    try (RunningServer server = RunningServer.start(folder.resolve("data"), "mqtts=127.0.0.1:0")) {
      server.registerAll(1, "correct horse");
      expect(200, server.telemetry("pump-0", "{\"n\": 1}"));
      server.backup(folder.resolve("a.tar.zst"));
      kept = names("data");
    }
    restore(folder.resolve("a.tar.zst"), folder.resolve("new"));

    // Of the running process alone; and the admin token, which is no part of it.
    kept.removeAll(
        Set.of(".backup", "lock", "ready", "registry.db-wal", "registry.db-shm", "admin.token"));
    // The registry is in it wherever it is kept.
    kept.add("registry.db");
    assertThat(names("new")).isEqualTo(kept);
  }

  private Set<String> names(String below) throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve(below))) {
      return entries.map(p -> p.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void whatAKilledServerLeftOfABackupIsRemovedAtTheNextStart() throws IOException {
    Path left = Files.createDirectories(folder.resolve("data/.backup/series"));
    Files.writeString(left.resolve("state"), "x");
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
      assertThat(folder.resolve("data/.backup")).doesNotExist();
      assertThat(server.health().path("status").asString()).isEqualTo("up");
    }
  }

  @Test
  void aFolderOfANewerVersionIsRefusedAndSaysWhatToDo() throws IOException {
    Path data = folder.resolve("data");
    RunningServer.start(data).close();
    assertThat(data.resolve("format")).hasContent("vagus-data " + Server.DATA_FORMAT);

    Files.writeString(data.resolve("format"), "vagus-data 99\n");

    assertThatThrownBy(() -> RunningServer.start(data))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_TOO_NEW))
        .hasMessageContaining("format 99 (expected: <= 1)")
        .hasMessageContaining(data.toString());
    Files.delete(data.resolve("format"));
    RunningServer.start(data).close();
    assertThat(data.resolve("format")).exists();
  }

  @Test
  void aFolderWhoseRestoreDidNotEndIsRefused() throws IOException {
    Path data = folder.resolve("data");
    Files.createDirectories(data.resolve(Restore.UNFINISHED));

    assertThatThrownBy(() -> RunningServer.start(data)).hasMessageContaining("restore again");
  }

  private static void restore(Path archive, Path data) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
      ArchiveReader.read(in, Server.DATA_FORMAT, ArchiveReader.nowhere());
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
      Restore.into(data, in, Server.DATA_FORMAT);
    }
  }
}
