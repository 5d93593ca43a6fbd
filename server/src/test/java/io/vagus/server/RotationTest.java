package io.vagus.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.vagus.kit.WallClock;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.OfflineRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device takes a new certificate, and the authority a new issuer, while MQTT goes on. */
class RotationTest {
  @TempDir Path folder;
  private TestAuthority ca;
  private RunningServer server;
  private final AtomicInteger disconnects = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    ca = TestAuthority.make(folder);
    ca.device("pump-7");
    ca.issue("pump-7", Duration.ofDays(21)); // past two thirds of its life
    server = ca.serve();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Mqtt5BlockingClient client() throws Exception {
    MqttClientSslConfig tls =
        MqttClientSslConfig.builder()
            .keyManagerFactory(ca.keys("pump-7"))
            .trustManagerFactory(ca.server())
            .build();
    return Mqtt5Client.builder()
        .identifier("pump-7")
        .serverHost("localhost")
        .serverPort(server.port("mqtts"))
        .sslConfig(tls)
        .addDisconnectedListener(context -> disconnects.incrementAndGet())
        .buildBlocking();
  }

  private static Mqtt5ConnAck connect(Mqtt5BlockingClient client) {
    return client.connectWith().cleanStart(false).sessionExpiryInterval(3600).send();
  }

  private static void publish(Mqtt5BlockingClient client, int number) {
    Mqtt5PublishResult result =
        client
            .publishWith()
            .topic("v1/pump-7/telemetry")
            .qos(MqttQos.AT_LEAST_ONCE)
            .payload(("{\"n\": " + number + "}").getBytes(StandardCharsets.UTF_8))
            .send();
    assertThat(result.getError()).isEmpty();
  }

  /** By EST with the certificate that it has; what comes replaces it. */
  private void renew() throws Exception {
    String command =
        ("curl -sf --cacert data/tls/server.crt --cert pump-7.crt --key pump-7.key"
                + " -H 'Content-Type: application/pkcs10' --data-binary @pump-7.csr"
                + " https://localhost:%d/.well-known/est/simplereenroll | base64 -d"
                + " | openssl pkcs7 -inform DER -print_certs -out new.crt && mv new.crt pump-7.crt")
            .formatted(server.port("https"));
    Command.run(folder, Map.of(), "bash", "-o", "pipefail", "-c", command).succeeded();
  }

  private String serial() throws Exception {
    return Command.run(
            folder, Map.of(), "openssl", "x509", "-in", "pump-7.crt", "-noout", "-serial")
        .succeeded();
  }

  @Test
  void renewingLosesNoSessionAndNoMessage() throws Exception {
    Mqtt5BlockingClient before = client();
    connect(before);
    publish(before, 1);
    String old = serial();
    renew();
    assertThat(serial()).isNotEqualTo(old);
    publish(before, 2);
    assertThat(disconnects).hasValue(0);

    // It comes again when it likes, with the new one, and its session is there.
    before.disconnect();
    Mqtt5BlockingClient after = client();
    assertThat(connect(after).isSessionPresent()).isTrue();
    publish(after, 3);
    server.requireAccepted(3);
    after.disconnect();
  }

  @Test
  void aNewIssuerIsTakenWhileSessionsLiveAndBothAreTrusted() throws Exception {
    Mqtt5BlockingClient before = client();
    connect(before);
    OfflineRoot.renewRoot(
        DeviceCertificates.folder(folder.resolve("data")),
        folder.resolve("root.p12"),
        "a long passphrase".toCharArray(),
        folder.resolve("root-2.p12"),
        Optional.empty(),
        WallClock.system().now());
    RunningServer.expect(200, server.post("/api/v1/ca/reload", ""));
    publish(before, 1);
    assertThat(server.get("/api/v1/ca").path("issuers").path(1).path("devices").asInt()).isOne();
    before.disconnect();

    Mqtt5BlockingClient again = client();
    connect(again);
    publish(again, 2);
    renew();
    assertThat(server.get("/api/v1/ca").path("issuers").path(0).path("devices").asInt()).isOne();
    again.disconnect();
    Mqtt5BlockingClient after = client();
    assertThat(connect(after).isSessionPresent()).isTrue();
    publish(after, 3);
    server.requireAccepted(3);
    after.disconnect();
    assertThat(Files.exists(folder.resolve("data/trust/generations/0002/issuer.key"))).isTrue();
  }
}
