package io.vagus.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Nobody is believed for where he stands: whatever of a running server listens is asked for
 * whatever it serves, without a credential, with a wrong one, and with one for something else.
 */
@Timeout(120)
class ZeroTrustTest {
  /** A route of the contract, its parameters filled in. */
  private record Operation(String method, String path, boolean open) {}

  private static final String HOP = "X-Vagus-Hop";

  /** What a device asks for by HTTP. */
  private static final List<String> OF_DEVICES =
      List.of(
          "POST /v1/d1/telemetry",
          "POST /v1/d1/events",
          "POST /v1/d1/logs",
          "POST /v1/d1/twin/reported",
          "POST /v1/d1/time",
          "POST /v1/d1/via/d3/telemetry",
          "POST /v1/d1/commands/1/ack",
          "POST /v1/d1/commands/1/result",
          "GET /v1/d1/commands",
          "GET /v1/d1/twin/desired");

  /** What proves itself otherwise: not one of these does anything for who shows nothing. */
  private static final List<String> OF_ENROLMENT =
      List.of(
          "POST /enrol",
          "POST /enrol/tpm/challenge",
          "POST /enrol/tpm/activate",
          "POST /.well-known/est/simpleenroll",
          "POST /.well-known/est/simplereenroll",
          "POST /v1/token");

  @TempDir static Path data;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().sslContext(Tls.trusting()).build();
  private static ServerProcess process;
  private static RunningServer server;
  private static List<Operation> operations;

  @BeforeAll
  static void start() {
    process =
        ServerProcess.start(
            data, "https=127.0.0.1:0", "mqtts=127.0.0.1:0", "ws=127.0.0.1:0", "wss=127.0.0.1:0");
    server = RunningServer.of(process, data);
    server.register("pump", "d1");
    server.device("d2", "pump", "");
    server.device("d3", "pump", ", \"gateway\": \"d1\"");
    operations = operations(server.get("/api/v1/openapi"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<Operation> operations(JsonNode document) {
    List<Operation> all = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(op ->
                    all.add(
                        new Operation(
                            op.getKey().toUpperCase(Locale.ROOT),
                            path.getKey().replaceAll("\\{[^}]+}", "d1"),
                            op.getValue().path("security").isEmpty()))));
    return all;
  }

  private static int status(String base, String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(method.equals("GET") ? "" : "{}"));
    return CLIENT
        .send(
            headers.length == 0 ? request.build() : request.headers(headers).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private static String basic(String id) {
    return "Basic " + Base64.getEncoder().encodeToString((id + ":correct horse").getBytes(UTF_8));
  }

  private static List<String> bases() {
    return List.of(server.httpUrl(), "https://localhost:" + server.port("https"));
  }

  @Test
  void whatListensIsTheListenersAndTheApiBehindThemAllOnLoopback() throws Exception {
    Set<Integer> listeners = listeners();
    assertThat(listeners).hasSize(6);
    assertThat(listening()).hasSize(7).containsAll(listeners);
  }

  private static Set<Integer> listeners() {
    return Stream.of("http", "https", "mqtt", "mqtts", "ws", "wss")
        .map(server::port)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Ports of the process's own listening sockets; fails for one that other machines reach. */
  private static Set<Integer> listening() throws Exception {
    Set<String> own = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      for (Path file : files.toList()) {
        String target = Files.exists(file) ? Files.readSymbolicLink(file).toString() : "";
        if (target.startsWith("socket:[")) {
          own.add(target.substring(8, target.length() - 1));
        }
      }
    }
    Set<Integer> ports = new TreeSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net/" + table))) {
        String[] words = line.strip().split("\\s+");
        if (words.length > 9 && words[3].equals("0A") && own.contains(words[9])) {
          String[] at = words[1].split(":");
          assertThat(at[0]).as(line).containsAnyOf("0100007F", "00000001000000");
          ports.add(Integer.parseInt(at[1], 16));
        }
      }
    }
    return ports;
  }

  @Test
  void theApiBehindTheListenersHearsNobodyElseNotEvenAnAdmin() throws Exception {
    Set<Integer> behind = listening();
    behind.removeAll(listeners());
    String api = "http://127.0.0.1:" + behind.iterator().next();
    String admin = "Bearer " + server.token();
    for (Operation op : operations) {
      assertThat(status(api, op.method, op.path, "Authorization", admin))
          .as(op.toString())
          .isEqualTo(403);
    }
    for (String path : List.of("/enrol", "/.well-known/est/cacerts", "/trust/crl", "/none")) {
      assertThat(status(api, "GET", path, HOP, "0".repeat(64))).as(path).isEqualTo(403);
    }
    // Through a listener nobody can bring his own.
    assertThat(status(server.httpUrl(), "GET", "/api/v1/devices", "Authorization", admin, HOP, "0"))
        .isEqualTo(200);
  }

  @Test
  void eachRouteRefusesWhoShowsNothingOrSomethingElse() throws Exception {
    for (String base : bases()) {
      for (Operation op : operations) {
        String what = base + " " + op;
        int without = status(base, op.method, op.path);
        int asDevice = status(base, op.method, op.path, "Authorization", basic("d1"));
        if (op.open) {
          assertThat(without).as(what).isNotIn(401, 403).isLessThan(500);
        } else {
          assertThat(without).as(what).isEqualTo(401);
          // Whoever goes on guessing is told to wait.
          assertThat(asDevice).as(what + " as a device").isIn(401, 429);
        }
      }
    }
    assertThat(operations.stream().filter(op -> !op.open).count()).isGreaterThan(100);
  }

  @Test
  void aDevicesPathsAreItsOwn() throws Exception {
    for (String base : bases()) {
      for (String asked : OF_DEVICES) {
        String method = asked.substring(0, asked.indexOf(' '));
        String path = asked.substring(asked.indexOf(' ') + 1);
        assertThat(status(base, method, path)).as(asked).isEqualTo(401);
        String admin = "Bearer " + server.token();
        assertThat(status(base, method, path, "Authorization", admin)).as(asked).isEqualTo(401);
        assertThat(status(base, method, path, "Authorization", basic("d2")))
            .as(asked + " as d2")
            .isEqualTo(403);
        assertThat(status(base, method, path, "Authorization", basic("d1")))
            .as(asked + " as d1")
            .isNotIn(401, 403);
      }
      for (String asked : OF_ENROLMENT) {
        String path = asked.substring(asked.indexOf(' ') + 1);
        assertThat(status(base, "POST", path)).as(asked).isBetween(400, 499);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqtt", "mqtts", "ws", "wss"})
  void nobodyConnectsWithoutACredentialAndNoDeviceLeavesItsOwnTopics(String listener) {
    assertRefused(client(listener, "d1").buildBlocking());
    assertRefused(as(listener, "d1", "wrong horse"));
    assertRefused(as(listener, "nobody", "correct horse"));
    Mqtt5BlockingClient d2 = as(listener, "d2", "correct horse");
    d2.connect();
    for (String filter : List.of("#", "v1/#", "v1/+/telemetry", "v1/d1/commands/+", "x/y")) {
      assertThatThrownBy(() -> d2.subscribeWith().topicFilter(filter).send())
          .as(filter)
          .hasMessageContaining("SUBACK");
    }
    for (String topic : List.of("v1/d1/telemetry", "v1/d1/commands/1/ack", "x/y")) {
      assertThatThrownBy(() ->
              d2.publishWith()
                  .topic(topic)
                  .qos(MqttQos.AT_LEAST_ONCE)
                  .payload("{}".getBytes(UTF_8))
                  .send())
          .as(topic)
          .hasMessageContaining("PUBACK");
    }
    d2.disconnect();
  }

  private static void assertRefused(Mqtt5BlockingClient client) {
    assertThatThrownBy(client::connect).isInstanceOf(Mqtt5ConnAckException.class);
  }

  private static Mqtt5BlockingClient as(String listener, String id, String secret) {
    return client(listener, id)
        .simpleAuth()
        .username(id)
        .password(secret.getBytes(UTF_8))
        .applySimpleAuth()
        .buildBlocking();
  }

  private static Mqtt5ClientBuilder client(String listener, String id) {
    Mqtt5ClientBuilder builder =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("localhost")
            .serverPort(server.port(listener))
            .identifier(id);
    if (listener.endsWith("s") && !listener.equals("ws")) {
      builder =
          builder
              .sslConfig()
              .trustManagerFactory(InsecureTrustManagerFactory.INSTANCE)
              .hostnameVerifier((name, session) -> true)
              .applySslConfig();
    }
    return listener.startsWith("ws")
        ? builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig()
        : builder;
  }
}
