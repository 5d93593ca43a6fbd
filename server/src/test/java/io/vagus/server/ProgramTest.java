package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs at the broker have what they were granted, and devices a token of ten minutes. */
@Timeout(120)
class ProgramTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String SECRET = "correct horse";

  @TempDir Path folder;

  private static Mqtt5BlockingClient client(RunningServer server, String name) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .serverHost("127.0.0.1")
            .serverPort(server.port("mqtt"))
            .identifier(name)
            .simpleAuth()
            .username(name)
            .password(SECRET.getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    return client;
  }

  private static void save(RunningServer server, String name, String grants) throws Exception {
    assertThat(
            send(
                    server,
                    "PUT",
                    "/api/v1/applications/" + name,
                    "Bearer " + server.token(),
                    "{\"secret\": \"" + SECRET + "\", \"grants\": [" + grants + "]}")
                .statusCode())
        .isEqualTo(200);
  }

  private static HttpResponse<String> send(
      RunningServer server, String method, String path, String authorization, String body)
      throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
              .header("Authorization", authorization)
              .header("Content-Type", "application/json")
              .method(method, BodyPublishers.ofString(body))
              .build();
      return http.send(request, BodyHandlers.ofString());
    }
  }

  private static void publish(Mqtt5BlockingClient client, String topic) {
    client
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload("1".getBytes(StandardCharsets.UTF_8))
        .send();
  }

  private static void assertNoPublish(Mqtt5BlockingClient client, String topic) {
    assertThatThrownBy(() -> publish(client, topic))
        .as(topic)
        .isInstanceOfSatisfying(
            Mqtt5PubAckException.class,
            e ->
                assertThat(e.getMqttMessage().getReasonCode())
                    .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED));
  }

  private static void subscribe(Mqtt5BlockingClient client, String filter) {
    client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
  }

  private static void assertNoSubscribe(Mqtt5BlockingClient client, String filter) {
    assertThatThrownBy(() -> subscribe(client, filter))
        .as(filter)
        .isInstanceOfSatisfying(
            Mqtt5SubAckException.class,
            e ->
                assertThat(e.getMqttMessage().getReasonCodes())
                    .containsExactly(Mqtt5SubAckReasonCode.NOT_AUTHORIZED));
  }

  @Test
  void anApplicationPublishesAndSubscribesWhatItWasGrantedAndNothingElse() throws Exception {
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
      server.register("pump", "pump-7");
      save(
          server,
          "dashboard",
          """
          {"filter": "plant/+/alarm", "publish": true, "subscribe": true},
          {"filter": "plant/log/#", "publish": true},
          {"filter": "v1/+/telemetry", "subscribe": true}\
          """);
      Mqtt5BlockingClient dashboard = client(server, "dashboard");
      try (var heard = dashboard.publishes(MqttGlobalPublishFilter.ALL)) {
        subscribe(dashboard, "plant/+/alarm");
        subscribe(dashboard, "plant/3/alarm");
        subscribe(dashboard, "v1/pump-7/telemetry");
        publish(dashboard, "plant/3/alarm");
        publish(dashboard, "plant/log/a/b");
        assertThat(heard.receive(5, TimeUnit.SECONDS)).isPresent();

        for (String topic :
            List.of(
                "plant/3/alarm/x",
                "plant/alarm",
                "other",
                "v1/pump-7/telemetry",
                "v1/pump-7/commands/1",
                "$SYS/broker/uptime",
                "plant/3/Alarm")) {
          assertNoPublish(dashboard, topic);
        }
        for (String filter :
            List.of(
                "#",
                "+/+/+",
                "plant/#",
                "plant/log/#",
                "plant/+/+",
                "v1/+/events",
                "v1/pump-7/#",
                "v1/pump-7/commands/+",
                "$SYS/#",
                "$share/g/plant/#")) {
          assertNoSubscribe(dashboard, filter);
        }
      }
      dashboard.disconnect();
      assertThat(server.get("/api/v1/ledger").path("total").path("received").asInt()).isZero();
    }
  }

  @Test
  void whatIsTakenFromAnApplicationIsGoneWithinASecond() throws Exception {
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
      save(
          server, "dashboard", "{\"filter\": \"plant/#\", \"publish\": true, \"subscribe\": true}");
      Mqtt5BlockingClient dashboard = client(server, "dashboard");
      subscribe(dashboard, "plant/#");
      save(server, "dashboard", "{\"filter\": \"plant/#\", \"subscribe\": true}");
      eventually(SECOND, "its connection is closed", () -> !dashboard.getState().isConnected());

      Mqtt5BlockingClient again = client(server, "dashboard");
      assertNoPublish(again, "plant/1");
      assertThat(
              send(
                      server,
                      "DELETE",
                      "/api/v1/applications/dashboard",
                      "Bearer " + server.token(),
                      "")
                  .statusCode())
          .isEqualTo(204);
      eventually(SECOND, "its connection is closed", () -> !again.getState().isConnected());
      assertThatThrownBy(() -> client(server, "dashboard")).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void anApplicationsSecretOpensNoRouteOfTheApiAndNoDevicesPath() throws Exception {
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
      server.register("pump", "pump-7");
      save(server, "dashboard", "{\"filter\": \"#\", \"publish\": true, \"subscribe\": true}");
      for (String name : List.of("dashboard", "pump-7")) {
        String basic = basic(name, SECRET);
        for (String path : List.of("/api/v1/devices", "/api/v1/users", "/metrics")) {
          assertThat(send(server, "GET", path, basic, "").statusCode()).as(path).isEqualTo(401);
          assertThat(send(server, "GET", path, "Bearer " + SECRET, "").statusCode()).isEqualTo(401);
        }
      }
      String basic = basic("dashboard", SECRET);
      assertThat(send(server, "POST", "/v1/pump-7/telemetry", basic, "{\"t\": 1}").statusCode())
          .isEqualTo(403);
      assertThat(send(server, "POST", "/token", basic, "").statusCode()).isEqualTo(403);
    }
  }

  private static String basic(String name, String secret) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((name + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aDeviceSendsWithATokenOfTenMinutesThatOpensNothingElse() throws Exception {
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
      server.register("pump", "pump-7");
      server.post(
          "/api/v1/devices",
          "{\"id\": \"pump-8\", \"product\": \"pump\", \"secret\": \"correct horse\"}");
      String made =
          Command.run(
                  folder,
                  Map.of(),
                  "curl",
                  "-s",
                  "-u",
                  "pump-7:" + SECRET,
                  "-X",
                  "POST",
                  server.httpUrl() + "/token")
              .succeeded();
      assertThat(made).contains("\"token_type\":\"Bearer\",\"expires_in\":600");
      String token = made.replaceAll("(?s).*\"access_token\":\"([^\"]+)\".*", "$1");
      String bearer = "Bearer " + token;

      assertThat(send(server, "POST", "/v1/pump-7/telemetry", bearer, "{\"t\": 1}").statusCode())
          .isEqualTo(200);
      assertThat(send(server, "POST", "/v1/pump-8/telemetry", bearer, "{\"t\": 1}").statusCode())
          .isEqualTo(403);
      assertThat(
              send(server, "POST", "/v1/pump-8/telemetry", basic("pump-8", token), "{\"t\": 1}")
                  .statusCode())
          .isEqualTo(401);
      assertThat(send(server, "POST", "/token", bearer, "").statusCode()).isEqualTo(401);
      assertThat(send(server, "POST", "/token", basic("pump-7", token), "").statusCode())
          .isEqualTo(401);
      assertThat(send(server, "GET", "/api/v1/devices", bearer, "").statusCode()).isEqualTo(401);
      try (MqttDevice device = new MqttDevice("127.0.0.1", server.port("mqtt"), "pump-7")) {
        assertThat(device.connect(token)).isEqualTo(0x87);
      }

      server.post("/api/v1/devices/pump-7/secret", "{\"secret\": \"another horse\"}");
      assertThat(send(server, "POST", "/v1/pump-7/telemetry", bearer, "{\"t\": 2}").statusCode())
          .isEqualTo(401);
      // Three times telemetry was refused, which counts too.
      server.requireDecided(Map.of("received", 4, "accepted", 1, "rejected", 3));
    }
  }
}
