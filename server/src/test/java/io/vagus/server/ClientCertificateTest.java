package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.registry.RevocationReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that show a certificate, by mosquitto_pub, curl, openssl and a client of MQTT 5. */
class ClientCertificateTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  @TempDir Path folder;
  private TestAuthority ca;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    ca = TestAuthority.make(folder);
    ca.device("pump-7");
    ca.issue("pump-7", Duration.ZERO);
    server = ca.serve();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Command publish(String certificate, String topic, String... more) throws Exception {
    String command =
        "mosquitto_pub -V 5 -h localhost -p %d --cafile data/tls/server.crt --cert %s.crt --key %s.key -q 1 -t %s -m '{\"temperature\": 21.5}' %s 2>&1"
            .formatted(
                server.port("mqtts"), certificate, certificate, topic, String.join(" ", more));
    return Command.run(folder, Map.of(), "bash", "-c", command);
  }

  private Command post(String certificate, String device, String... more) throws Exception {
    String command =
        "curl -s --cacert data/tls/server.crt --cert %s.crt --key %s.key -d '{\"temperature\": 21.5}' %s https://localhost:%d/v1/%s/telemetry 2>&1"
            .formatted(
                certificate, certificate, String.join(" ", more), server.port("https"), device);
    return Command.run(folder, Map.of(), "bash", "-c", command);
  }

  private double refused(String reason) {
    return server
        .text("/metrics")
        .lines()
        .filter(l -> l.startsWith("vagus_trust_certificates_refused_total{"))
        .filter(l -> l.contains("reason=\"" + reason + "\""))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void sendsWithItsCertificateAloneByMosquittoAndByCurl() throws Exception {
    publish("pump-7", "v1/pump-7/telemetry").succeeded();
    assertThat(post("pump-7", "pump-7").succeeded()).contains("\"id\"");
    server.requireAccepted(2);
  }

  @Test
  void whoShowsNoneStillProvesItselfByPassword() throws Exception {
    String command =
        "curl -s --cacert data/tls/server.crt -u 'pump-7:correct horse' -d '{\"temperature\": 21.5}' https://localhost:%d/v1/pump-7/telemetry"
            .formatted(server.port("https"));
    assertThat(Command.run(folder, Map.of(), "bash", "-c", command).succeeded()).contains("\"id\"");
    server.requireAccepted(1);
  }

  @Test
  void reachesNoOtherDevicesTopicPathOrName() throws Exception {
    ca.registeredLater(server, "fan-1");

    assertThat(publish("pump-7", "v1/fan-1/telemetry").output()).contains("Not authorized");
    assertThat(publish("pump-7", "v1/pump-7/telemetry", "-u fan-1").output())
        .contains("Not authorized");
    assertThat(post("pump-7", "fan-1").output()).contains("\"not-authorized\"");
    assertThat(post("pump-7", "fan-1", "-u 'fan-1:correct horse'").output())
        .contains("\"not-authorized\"");
    assertThat(refused("other-name")).isEqualTo(2);
    assertThat(server.total().path("accepted").asInt()).isZero();
  }

  @Test
  void aRevokedOneIsRefusedWithThatReason() throws Exception {
    server.close();
    ca.revoke("pump-7", RevocationReason.KEY_COMPROMISE);
    server = ca.serve();

    assertThat(publish("pump-7", "v1/pump-7/telemetry").output()).contains("Not authorized");
    assertThat(post("pump-7", "pump-7").output()).contains("\"certificate-revoked\"");
    assertThat(refused("revoked")).isEqualTo(2);
  }

  @Test
  void oneThatEndedIsRefusedWithThatReason() throws Exception {
    server.close();
    ca.device("late-1");
    ca.issue("late-1", Duration.ofDays(31));
    ca.device("old-1");
    ca.issue("old-1", Duration.ofDays(60));
    server = ca.serve();

    for (String device : new String[] {"late-1", "old-1"}) {
      assertThat(publish(device, "v1/" + device + "/telemetry").output())
          .contains("Not authorized");
      assertThat(post(device, device).output()).contains("\"certificate-expired\"");
    }
    assertThat(refused("expired")).isEqualTo(4);
  }

  @Test
  void handshakesRefuseForgedForeignAndMisusedCertificates() throws Exception {
    ca.openssl("forged", ca.signedBy("forged", "fake-issuer", "clientAuth"));
    ca.openssl("foreign", ca.signedBy("foreign", "foreign-issuer", "clientAuth"));
    ca.openssl("misused", ca.signedBy("misused", "issuer", "serverAuth"));
    for (String name : new String[] {"forged", "foreign", "misused"}) {
      String handshake =
          "(sleep 1; echo) | openssl s_client -connect localhost:%d -cert %s.crt -key %s.key 2>&1"
              .formatted(server.port("mqtts"), name, name);
      assertThat(Command.run(folder, Map.of(), "bash", "-c", handshake).output())
          .as(name)
          .contains("alert certificate unknown");
      assertThat(publish(name, "v1/pump-7/telemetry").exitCode()).isNotZero();
    }
    assertThat(refused("forged")).isGreaterThanOrEqualTo(2);
    assertThat(refused("unknown-ca")).isGreaterThanOrEqualTo(2);
    assertThat(refused("wrong-usage")).isGreaterThanOrEqualTo(2);
    assertThat(server.total().path("received").asInt()).isZero();
    assertThat(server.get("/api/v1/refusals?reason=certificate-invalid").path("items").toString())
        .contains("wrong-usage, ", "\"127.0.0.1\""); // of a minute's the last one's detail
  }

  @Test
  void whenRequiredWhoShowsNoneIsNotLetIn() throws Exception {
    server.close();
    server = ca.serve("tls.client-auth=required");

    publish("pump-7", "v1/pump-7/telemetry").succeeded();
    String command =
        "curl -s --cacert data/tls/server.crt -u 'pump-7:correct horse' -d '{}' https://localhost:%d/v1/pump-7/telemetry"
            .formatted(server.port("https"));
    assertThat(Command.run(folder, Map.of(), "bash", "-c", command).exitCode()).isNotZero();
  }

  @Test
  void revocationEndsItsLiveSessionWithinASecond() throws Exception {
    CompletableFuture<Long> ended = new CompletableFuture<>();
    MonotonicClock clock = MonotonicClock.system();
    Mqtt5BlockingClient client = client("pump-7", () -> ended.complete(clock.nanos()));
    Mqtt5BlockingClient other = client("pump-7", () -> {});
    assertThat(client.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
    String serial =
        server.get("/api/v1/devices/pump-7/certificates").at("/items/0/serial").asText();

    long began = clock.nanos();
    RunningServer.expect(
        200, server.post("/api/v1/devices/pump-7/certificates/" + serial + "/revoke", "{}"));
    long nanos = ended.get(BOUND.toSeconds(), TimeUnit.SECONDS) - began;

    assertThat(Duration.ofNanos(nanos)).isLessThan(Duration.ofSeconds(1));
    Assertions.assertThatThrownBy(other::connect)
        .isInstanceOfSatisfying(
            Mqtt5ConnAckException.class,
            e ->
                assertThat(e.getMqttMessage().getReasonCode())
                    .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED));
    eventually(BOUND, "it is counted", () -> refused("revoked") == 1);
  }

  @Test
  void aSessionEndsWithItsCertificate() throws Exception {
    server.close();
    ca.device("short-1");
    ca.issue("short-1", Duration.ofDays(30).minusSeconds(8));
    server = ca.serve();
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    Mqtt5BlockingClient client = client("short-1", () -> ended.complete(true));

    assertThat(client.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
    assertThat(ended).isNotDone();
    assertThat(ended.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private Mqtt5BlockingClient client(String device, Runnable disconnected) throws Exception {
    MqttClientSslConfig tls =
        MqttClientSslConfig.builder()
            .keyManagerFactory(ca.keys(device))
            .trustManagerFactory(ca.server())
            .build();
    return Mqtt5Client.builder()
        .serverHost("localhost")
        .serverPort(server.port("mqtts"))
        .sslConfig(tls)
        .addDisconnectedListener(context -> disconnected.run())
        .buildBlocking();
  }
}
