package io.vagus.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An everyday client over every listener. */
class TransportTest {
  private final TestBroker broker = TestBroker.guarded();

  @AfterEach
  void stop() {
    broker.close();
  }

  private Mqtt5ClientBuilder builder(Transport transport) {
    Mqtt5ClientBuilder builder =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(broker.port(transport));
    if (transport == Transport.MQTTS || transport == Transport.WSS) {
      builder =
          builder.sslConfig(
              MqttClientSslConfig.builder()
                  .trustManagerFactory(InsecureTrustManagerFactory.INSTANCE)
                  .hostnameVerifier((host, session) -> true)
                  .build());
    }
    return transport == Transport.WS || transport == Transport.WSS
        ? builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig()
        : builder;
  }

  private static Mqtt5BlockingClient login(Mqtt5ClientBuilder builder, String name, String secret) {
    Mqtt5BlockingClient client =
        builder
            .identifier("c-" + name)
            .simpleAuth()
            .username(name)
            .password(secret.getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    return client;
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT", "MQTTS", "WS", "WSS"})
  void carriesTelemetryAndMessages(Transport transport) throws InterruptedException {
    Mqtt5BlockingClient device = login(builder(transport), "d1", TestBroker.SECRET);
    Mqtt5BlockingClient app = login(builder(transport), "app1", TestBroker.SECRET);
    try (var publishes = app.publishes(MqttGlobalPublishFilter.ALL)) {
      app.subscribeWith().topicFilter("v1/+/telemetry").qos(MqttQos.EXACTLY_ONCE).send();
      for (MqttQos qos : MqttQos.values()) {
        device.publishWith().topic("v1/d1/telemetry").qos(qos).payload(new byte[40_000]).send();
        Mqtt5Publish got = publishes.receive(5, TimeUnit.SECONDS).orElseThrow();
        assertThat(got.getPayloadAsBytes()).hasSize(40_000);
      }
    }
    device.disconnect();
    app.disconnect();
    broker.ingest.close();
    assertThat(broker.envelopes())
        .hasSize(3)
        .allMatch(e -> e.transport() == transport && e.device().equals(new DeviceId("d1")));
  }

  @Test
  void servesMqtt3Clients() {
    Mqtt3BlockingClient client =
        MqttClient.builder()
            .useMqttVersion3()
            .serverHost("127.0.0.1")
            .serverPort(broker.port())
            .identifier("three")
            .simpleAuth()
            .username("d2")
            .password(TestBroker.SECRET.getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    client
        .publishWith()
        .topic("v1/d2/events")
        .qos(com.hivemq.client.mqtt.datatypes.MqttQos.EXACTLY_ONCE)
        .send();
    client.disconnect();
    assertThat(broker.envelopes()).hasSize(1);
  }

  @Test
  void refusesAWrongPassword() {
    assertThatThrownBy(() -> login(builder(Transport.MQTT), "d1", "wrong horse"))
        .isInstanceOfSatisfying(
            Mqtt5ConnAckException.class,
            e ->
                assertThat(e.getMqttMessage().getReasonCode())
                    .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD));
    assertThat(broker.count("vagus.mqtt.refusals", "reason", "bad-user-name-or-password"))
        .isEqualTo(1);
  }

  @Test
  void endsTheConnectionOfADeletedDevice() {
    try (RawClient client = new RawClient(broker.port())) {
      client.send(
          RawClient.packet(
              0x10,
              "MQTT",
              5,
              0xC2,
              RawClient.u16(0),
              RawClient.properties(),
              "c",
              "d3",
              TestBroker.SECRET));
      assertThat(client.read().u8(1)).isZero();
      broker.registry.deleteDevice(new DeviceId("d3"));
      assertThat(client.read().toString()).isEqualTo("e0:8700");
      assertThat(client.read()).isNull();
    }
  }

  @Test
  void saysGoodbyeWhenItStops() {
    try (RawClient client = new RawClient(broker.port())) {
      client.send(
          RawClient.packet(
              0x10,
              "MQTT",
              5,
              0xC2,
              RawClient.u16(0),
              RawClient.properties(),
              "c",
              "d3",
              TestBroker.SECRET));
      assertThat(client.read().u8(1)).isZero();
      broker.ingest.close();
      assertThat(client.read().toString()).isEqualTo("e0:8b00");
    }
  }

  @Test
  void wantsBinaryFramesAndOffersTheSubprotocol() throws Exception { // [MQTT-6.0.0-1], [-4]
    CompletableFuture<Integer> closed = new CompletableFuture<>();
    CompletableFuture<Byte> first = new CompletableFuture<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
            first.complete(data.get(0));
            ws.request(1);
            return null;
          }

          @Override
          public CompletionStage<?> onClose(WebSocket ws, int status, String reason) {
            closed.complete(status);
            return null;
          }

          @Override
          public void onError(WebSocket ws, Throwable error) {
            closed.complete(-1);
          }
        };
    URI uri = URI.create("ws://127.0.0.1:" + broker.port(Transport.WS) + "/mqtt");
    try (HttpClient http = HttpClient.newHttpClient()) {
      WebSocket ws =
          http.newWebSocketBuilder().subprotocols("mqtt").buildAsync(uri, listener).get();
      assertThat(ws.getSubprotocol()).isEqualTo("mqtt");
      byte[] login =
          RawClient.packet(
              0x10,
              "MQTT",
              5,
              0xC2,
              RawClient.u16(0),
              RawClient.properties(),
              "c",
              "d1",
              TestBroker.SECRET);
      ws.sendBinary(ByteBuffer.wrap(login, 0, 7), true).get(); // packets may span frames
      ws.sendBinary(ByteBuffer.wrap(login, 7, login.length - 7), true).get();
      assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo((byte) 0x20);
      ws.sendText("no", true).get();
      assertThat(closed.get(5, TimeUnit.SECONDS)).isNotNull();
      ws.abort();
    }
  }
}
