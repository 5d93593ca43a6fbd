package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From a reading by a rule to what it brings about, through whole servers. */
@Timeout(120)
class RuleSinkTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String ALLOWED = "sinks.allow-networks=127.0.0.0/8";
  private static final String PUMP =
      """
      {"id":"pump","metrics":{"temperature":{"type":"number"}},
       "commands":{"close":{"deadline":"1h","effect":{"field":"/valve","value":"closed"}}}}
      """;

  @TempDir Path data;

  /** A web server on a port that it keeps when it is away. */
  private static final class Receiver implements AutoCloseable {
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private int port;
    private HttpServer server;

    Receiver start() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
      port = server.getAddress().getPort();
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/",
          exchange -> {
            bodies.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            ids.add(exchange.getRequestHeaders().getFirst("webhook-id"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      server.start();
      return this;
    }

    void clear() {
      ids.clear();
      bodies.clear();
    }

    void stop() {
      server.stop(0);
    }

    @Override
    public void close() {
      stop();
    }
  }

  private static void webhook(RunningServer server, String name, Receiver receiver) {
    expect(
        201,
        server.put(
            "/api/v1/sinks/" + name,
            "{\"kind\":\"webhook\",\"config\":{\"url\":\"http://127.0.0.1:%d/\"}}"
                .formatted(receiver.port)));
  }

  private static void rule(RunningServer server, String id, String rest) {
    expect(
        201,
        server.put(
            "/api/v1/rules/" + id,
            "{\"owner\":\"heating\",\"products\":[\"pump\"],\"mode\":\"live\",\"firingsPerMinute\":60000,"
                + rest
                + "}"));
  }

  /** A rule is in force from a mark in the journal on: messages before it are not judged by it. */
  private static void awaitInForce(RunningServer server, String rule, Receiver receiver) {
    server.device("probe", "pump", "");
    eventually(
        BOUND,
        rule + " is in force",
        () -> {
          send(server, "probe", 1, 1);
          return !receiver.ids.isEmpty();
        });
    eventually(
        BOUND,
        "what tried it arrived",
        () ->
            receiver.ids.size()
                == server.get("/api/v1/rules/" + rule).path("stats").path("raised").asInt());
    receiver.clear();
  }

  private static JsonNode commands(RunningServer server) {
    return server.get("/api/v1/commands?limit=1000").path("items");
  }

  @Test
  void aReadingBecomesACommandAndItsOutcomeIsRecorded() throws Exception {
    try (RunningServer server = RunningServer.start(data)) {
      expect(201, server.post("/api/v1/products", PUMP));
      server.device("d1", "pump", "");
      rule(
          server,
          "overheat",
          """
          "when":"readings.temperature.value > 80.0",
          "effects":[{"do":"command","name":"close"},
                     {"do":"alert","class":"page","text":"Too hot"}],
          "clearEffects":[]
          """);
      try (DownDevice device =
          DownDevice.connected(server.port("mqtt"), "d1", "v1/d1/commands/+")) {
        device.say("v1/d1/telemetry", "{\"temperature\": 20.0}");
        device.say("v1/d1/telemetry", "{\"temperature\": 90.0}");
        String id = device.json("v1/d1/commands/[^/]+").path("id").asString();
        device.say("v1/d1/commands/" + id + "/ack", "");
        device.say("v1/d1/commands/" + id + "/result", "{\"status\":\"succeeded\"}");
        device.say("v1/d1/twin/reported", "{\"valve\":\"closed\"}");

        eventually(
            BOUND,
            "it succeeded",
            () -> commands(server).path(0).path("state").asString("").equals("succeeded"));
        assertThat(commands(server)).hasSize(1);
        assertThat(commands(server).path(0).toString()).contains("rule:overheat");
        eventually(
            BOUND,
            "the loop is measured",
            () -> loop(server).path("verified").path("count").asInt() == 1);
        for (String until : List.of("sent", "acknowledged", "executed", "verified")) {
          assertThat(loop(server).path(until).path("p99Millis").asDouble())
              .isBetween(0.0, 10_000.0);
        }
        assertThat(server.text("/metrics"))
            .contains("vagus_rule_loop_seconds_count{rule=\"overheat\"");
        assertThat(server.get("/api/v1/alerts?state=open").toString())
            .contains("rule:overheat", id, "\"message\":\"m-");
      }
    }
  }

  private static JsonNode loop(RunningServer server) {
    return server.get("/api/v1/loops").path("items").path(0);
  }

  @Test
  void oneStreamReachesStorageASinkAndAScorerAndStoppingOneDelaysNoneAndLosesNothing()
      throws Exception {
    try (RunningServer server = RunningServer.start(data, ALLOWED);
        Receiver erp = new Receiver().start();
        Receiver scorer = new Receiver().start()) {
      expect(201, server.post("/api/v1/products", PUMP));
      server.device("d1", "pump", "");
      webhook(server, "erp", erp);
      webhook(server, "scorer", scorer);
      rule(
          server,
          "stream",
          """
          "fire":"always","when":"readings.temperature.value > 0.0",
          "effects":[{"do":"send","sink":"erp"},
                     {"do":"send","sink":"scorer",
                      "body":{"temperature":"${readings.temperature.value}"}}]
          """);
      awaitInForce(server, "stream", erp);
      int probes = server.total().path("accepted").asInt();
      int fired = server.get("/api/v1/rules/stream").path("stats").path("raised").asInt();
      eventually(BOUND, "the scorer has them", () -> scorer.ids.size() == fired);
      scorer.clear();
      send(server, "d1", 1, 50);
      eventually(BOUND, "both have 50", () -> erp.ids.size() == 50 && scorer.ids.size() == 50);

      erp.stop();
      send(server, "d1", 51, 250);
      eventually(BOUND, "the scorer has all", () -> scorer.ids.size() == 250);
      server.requireAccepted(probes + 250);
      eventually(BOUND, "all are stored", () -> server.export("d1").lines().count() == 250);
      JsonNode behind = server.get("/api/v1/sinks/erp");
      assertThat(behind.path("lag").asInt()).isEqualTo(200);
      assertThat(behind.path("state").asString()).isEqualTo("retrying");
      assertThat(scorer.bodies)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, 250).mapToObj("{\"temperature\":%d}"::formatted).toList());

      erp.start();
      eventually(BOUND, "nothing was lost", () -> erp.ids.size() == 250);
      assertThat(server.get("/api/v1/sinks/erp").path("deadLetters").asInt()).isZero();
    }
  }

  /** Not those of the device that tried whether the rule is in force. */
  private static long sent(RunningServer server) {
    return commands(server)
        .valueStream()
        .filter(command -> !command.path("device").asString().equals("probe"))
        .count();
  }

  private static void send(RunningServer server, String device, int from, int to) {
    for (int i = from; i <= to; i++) {
      expect(200, server.telemetry(device, "{\"temperature\": " + i + ".0}"));
    }
  }

  @Test
  void killedInTheMiddleNothingIsLostAndCommandsAreSentOnce() throws Exception {
    try (Receiver erp = new Receiver().start()) {
      ServerProcess process = ServerProcess.start(data, ALLOWED);
      try (RunningServer server = RunningServer.of(process, data)) {
        expect(201, server.post("/api/v1/products", PUMP));
        for (int i = 0; i < 5; i++) {
          server.device("d" + i, "pump", "");
        }
        webhook(server, "erp", erp);
        rule(
            server,
            "stream",
            """
            "fire":"always","when":"readings.temperature.value > 0.0",
            "effects":[{"do":"command","name":"close"},{"do":"send","sink":"erp"}]
            """);
        awaitInForce(server, "stream", erp);
        for (int i = 0; i < 5; i++) {
          send(server, "d" + i, 1, 20);
        }
        erp.stop(); // so that some are under way when it is killed
        for (int i = 0; i < 5; i++) {
          send(server, "d" + i, 21, 40);
        }
        process.kill();
      }
      erp.start();
      ServerProcess again = ServerProcess.start(data, ALLOWED);
      try (RunningServer server = RunningServer.of(again, data)) {
        eventually(BOUND, "all arrive", () -> erp.ids.size() == 200);
        eventually(BOUND, "all commands are there", () -> sent(server) == 200);
        send(server, "d0", 41, 41);
        eventually(BOUND, "it goes on", () -> erp.ids.size() == 201);
        eventually(BOUND, "once each", () -> sent(server) == 201);
        assertThat(server.get("/api/v1/sinks/command").path("deadLetters").asInt()).isZero();
      }
    }
  }
}
