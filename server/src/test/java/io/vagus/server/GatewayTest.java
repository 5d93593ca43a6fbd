package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Devices behind gateways, through the sockets of a whole server and with clients not our own. */
class GatewayTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  @TempDir Path data;
  private RunningServer server;

  @BeforeEach
  void start() {
    server = RunningServer.start(data);
    server.register("pump", "g1");
    register("g2", "");
    register("leaf", ", \"gateway\": \"g1\"");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void register(String id, String more) {
    expect(
        201,
        server.post(
            "/api/v1/devices",
            "{\"id\": \"%s\", \"product\": \"pump\", \"secret\": \"correct horse\"%s}"
                .formatted(id, more)));
  }

  private Mqtt5BlockingClient connect(String device) {
    Mqtt5BlockingClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(server.port("mqtt"))
            .identifier(device)
            .simpleAuth()
            .username(device)
            .password("correct horse".getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    assertThat(client.connect().getReasonCode().isError()).isFalse();
    return client;
  }

  private static void publish(Mqtt5BlockingClient client, String topic, String id, String body) {
    assertThat(
            client
                .publish(
                    Mqtt5Publish.builder()
                        .topic(topic)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(body.getBytes(StandardCharsets.UTF_8))
                        .userProperties()
                        .add("message-id", id)
                        .applyUserProperties()
                        .build())
                .getError())
        .isEmpty();
  }

  private void moveLeafTo(String gateway) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest patch =
          HttpRequest.newBuilder(URI.create(server.httpUrl() + "/api/v1/devices/leaf"))
              .header("Authorization", "Bearer " + server.token())
              .header("Content-Type", "application/json")
              .method(
                  "PATCH",
                  HttpRequest.BodyPublishers.ofString("{\"gateway\": \"" + gateway + "\"}"))
              .build();
      expect(200, http.send(patch, HttpResponse.BodyHandlers.ofString()));
    }
  }

  @Test
  void theSameMessageOverTwoGatewaysAndDirectlyIsStoredOnce() throws Exception {
    Mqtt5BlockingClient first = connect("g1");
    Mqtt5BlockingClient second = connect("g2");
    Mqtt5BlockingClient leaf = connect("leaf");
    publish(first, "v1/g1/via/leaf/telemetry", "leaf-42", "{\"n\": 1}");

    moveLeafTo("g2");

    assertThatThrownBy(() -> publish(first, "v1/g1/via/leaf/telemetry", "leaf-42", "{\"n\": 1}"))
        .isInstanceOfSatisfying(
            Mqtt5PubAckException.class,
            e ->
                assertThat(e.getMqttMessage().getReasonCode())
                    .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED));
    publish(second, "v1/g2/via/leaf/telemetry", "leaf-42", "{\"n\": 1}");
    publish(leaf, "v1/leaf/telemetry", "leaf-42", "{\"n\": 1}");

    eventually(
        BOUND,
        "both copies are counted as duplicates, and the refusal",
        () ->
            server.total().path("causes").path("other-gateway").asInt(0) == 2
                && server.total().path("rejected").asInt() == 1);
    JsonNode ledger = server.get("/api/v1/ledger");
    assertThat(ledger.path("balanced").asBoolean()).as(ledger.toString()).isTrue();
    assertThat(server.total().path("accepted").asInt()).isEqualTo(1);
    assertThat(server.total().path("reasons").path("not-authorized").asInt()).isEqualTo(1);
    eventually(BOUND, "it is stored once", () -> server.numbers("leaf").equals(List.of(1)));
    requireBothWays(server.get("/api/v1/duplicates?device=leaf").path("items"));
    for (Mqtt5BlockingClient client : new Mqtt5BlockingClient[] {first, second, leaf}) {
      client.disconnect();
    }
  }

  private void requireBothWays(JsonNode duplicates) {
    assertThat(duplicates.size()).as(duplicates.toString()).isEqualTo(2);
    JsonNode direct = duplicates.path(0);
    JsonNode moved = duplicates.path(1);
    assertThat(direct.has("gateway")).isFalse();
    assertThat(moved.path("gateway").asString()).isEqualTo("g2");
    for (JsonNode duplicate : duplicates) {
      assertThat(duplicate.path("cause").asString()).isEqualTo("other-gateway");
      assertThat(duplicate.path("duplicateOfGateway").asString()).isEqualTo("g1");
    }
    JsonNode traces = server.get("/api/v1/messages/leaf-42?device=leaf").path("messages");
    assertThat(traces.size()).isEqualTo(3);
  }

  @Test
  void aGatewayHearsWhyItsChildsMessageWasNotAccepted() throws Exception {
    Mqtt5BlockingClient gateway = connect("g1");
    try (Mqtt5BlockingClient.Mqtt5Publishes heard =
        gateway.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
      assertThat(
              gateway
                  .subscribeWith()
                  .topicFilter("v1/g1/via/+/errors")
                  .send()
                  .getReasonCodes()
                  .getFirst()
                  .isError())
          .isFalse();
      expect(422, server.telemetry("g1/via/leaf", "g1", "{\"n\": ", new String[0]));
      Mqtt5Publish error = heard.receive(10, TimeUnit.SECONDS).orElseThrow();
      assertThat(error.getTopic().toString()).isEqualTo("v1/g1/via/leaf/errors");
      assertThat(new String(error.getPayloadAsBytes(), StandardCharsets.UTF_8))
          .contains("payload-malformed");
    }
    gateway.disconnect();
  }
}
