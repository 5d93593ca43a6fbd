package io.vagus.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sinks through a whole server: set up by the API, reached by its broker and its network. */
@Timeout(60)
class SinkTest {
  @TempDir static Path data;
  private static RunningServer server;
  private static HttpServer receiver;
  private static final List<String> BODIES = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    server = RunningServer.start(data, "sinks.allow-networks=127.0.0.0/8");
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    receiver.createContext(
        "/",
        exchange -> {
          BODIES.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterAll
  static void stop() {
    server.close();
    receiver.stop(0);
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(RunningServer.expect(200, answer).body());
  }

  @Test
  void aWebhookIsSetUpTestedAndDeletedAndItsSecretsAreNeverShown() {
    String secret = "whsec_bm9ib2R5IGlzIHRvIHNlZSB0aGlzIHNlY3JldA==";
    String order =
        """
        {"kind":"webhook","config":{"url":"http://127.0.0.1:%d/hook"},
         "secrets":{"signing":"%s","header.Authorization":"Bearer hunter2"}}
        """
            .formatted(receiver.getAddress().getPort(), secret);
    String shown = RunningServer.expect(201, server.put("/api/v1/sinks/erp", order)).body();
    assertThat(shown).contains("\"secretNames\":[\"header.Authorization\",\"signing\"]");
    RunningServer.expect(200, server.put("/api/v1/sinks/erp", shown)); // as it was shown
    assertThat(server.get("/api/v1/sinks/erp").path("secretNames")).hasSize(2);

    JsonNode tested = ok(server.post("/api/v1/sinks/erp/test", ""));
    assertThat(tested.path("ok").asBoolean()).as(tested.toString()).isTrue();
    assertThat(BODIES).containsExactly("{\"test\":true,\"sink\":\"erp\"}");

    String everything =
        shown
            + server.text("/api/v1/sinks")
            + server.text("/api/v1/events?limit=1000")
            + server.text("/metrics");
    assertThat(everything).contains("sink.saved").doesNotContain(secret, "hunter2");
    assertThat(server.text("/metrics")).contains("vagus_sink_delivered_total{sink=\"erp\"}");

    RunningServer.expect(204, server.as(server.token(), "DELETE", "/api/v1/sinks/erp", ""));
    RunningServer.expect(404, server.as(server.token(), "GET", "/api/v1/sinks/erp", ""));
  }

  @Test
  void builtInSinksAreListedAndBelongToNobody() {
    JsonNode sinks = server.get("/api/v1/sinks").path("items");
    assertThat(sinks.findValuesAsString("id")).startsWith("alert", "command", "desired");
    RunningServer.expect(
        409,
        server.put(
            "/api/v1/sinks/command", "{\"kind\":\"mqtt\",\"config\":{\"topic\":\"alarms\"}}"));
    RunningServer.expect(404, server.as(server.token(), "DELETE", "/api/v1/sinks/command", ""));
    RunningServer.expect(409, server.post("/api/v1/sinks/command/test", ""));
  }

  @Test
  void anMqttSinkReachesApplicationsThatMayListen() throws Exception {
    RunningServer.expect(
        200,
        server.put(
            "/api/v1/applications/scada",
            "{\"secret\":\"correct horse\","
                + "\"grants\":[{\"filter\":\"alarms/#\",\"subscribe\":true}]}"));
    RunningServer.expect(
        201,
        server.put(
            "/api/v1/sinks/scada",
            "{\"kind\":\"mqtt\",\"config\":{\"topic\":\"alarms/{product}/{device}\"}}"));
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .serverHost("127.0.0.1")
            .serverPort(server.port("mqtt"))
            .identifier("scada")
            .simpleAuth()
            .username("scada")
            .password("correct horse".getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    try (Mqtt5BlockingClient.Mqtt5Publishes publishes =
        client.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
      client.subscribeWith().topicFilter("alarms/#").qos(MqttQos.AT_LEAST_ONCE).send();
      assertThat(ok(server.post("/api/v1/sinks/scada/test", "")).path("ok").asBoolean()).isTrue();
      var message = publishes.receive(10, TimeUnit.SECONDS).orElseThrow();
      assertThat(message.getTopic()).hasToString("alarms/test/test");
      assertThat(message.getQos()).isEqualTo(MqttQos.AT_LEAST_ONCE);
      assertThat(new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8))
          .isEqualTo("{\"test\":true,\"sink\":\"scada\"}");
      assertThat(message.getUserProperties().asList().getFirst().getName()).hasToString("id");
    } finally {
      client.disconnect();
    }
  }

  @Test
  void anMqttSinkDoesNotSpeakAsADeviceOrTheBroker() {
    for (String topic : List.of("v1/pump-1/telemetry", "v1", "$SYS/x", "a/#", "{device}/x")) {
      String answer =
          RunningServer.expect(
                  400,
                  server.put(
                      "/api/v1/sinks/bad",
                      "{\"kind\":\"mqtt\",\"config\":{\"topic\":\"%s\"}}".formatted(topic)))
              .body();
      assertThat(answer).contains("config.topic");
    }
  }
}
