package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.vagus.kit.WallClock;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What holds of certificates when the server's time of day is moved, and a device's is wrong. */
@Timeout(120)
class CertificateClockTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final AtomicLong aheadMicros = new AtomicLong();
  private TestAuthority ca;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    ca = TestAuthority.make(folder);
    ca.device("pump-7");
    ca.issue("pump-7", Duration.ZERO);
    server = ca.serve(() -> WallClock.system().micros() + aheadMicros.get());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** The hands are turned; no time passes. */
  private void move(Duration by) {
    aheadMicros.addAndGet(by.toNanos() / 1000);
  }

  private Command run(String command) throws Exception {
    return Command.run(folder, Map.of(), "bash", "-o", "pipefail", "-c", command);
  }

  private Mqtt5BlockingClient client(Runnable disconnected) throws Exception {
    MqttClientSslConfig tls =
        MqttClientSslConfig.builder()
            .keyManagerFactory(ca.keys("pump-7"))
            .trustManagerFactory(ca.server())
            .build();
    return Mqtt5Client.builder()
        .serverHost("localhost")
        .serverPort(server.port("mqtts"))
        .sslConfig(tls)
        .addDisconnectedListener(context -> disconnected.run())
        .buildBlocking();
  }

  private void assertRefused() throws Exception {
    Mqtt5BlockingClient client = client(() -> {});
    assertThatThrownBy(client::connect)
        .isInstanceOfSatisfying(
            Mqtt5ConnAckException.class,
            e ->
                assertThat(e.getMqttMessage().getReasonCode())
                    .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED));
    assertThat(post("pump-7").output()).contains("\"certificate-expired\"");
  }

  private Command post(String device) throws Exception {
    return run(
        "curl -s --cacert data/tls/server.crt --cert %s.crt --key %s.key -d '{\"n\": 1}' https://localhost:%d/v1/%s/telemetry"
            .formatted(device, device, server.port("https"), device));
  }

  /** By EST with the certificate that it has; what comes replaces it. */
  private Command renew() throws Exception {
    return run(
        ("curl -sf --cacert data/tls/server.crt --cert pump-7.crt --key pump-7.key"
                + " -H 'Content-Type: application/pkcs10' --data-binary @pump-7.csr"
                + " https://localhost:%d/.well-known/est/simplereenroll | base64 -d"
                + " | openssl pkcs7 -inform DER -print_certs -out new.crt && mv new.crt pump-7.crt")
            .formatted(server.port("https")));
  }

  private X509Certificate certificate(String device) throws Exception {
    try (InputStream in = Files.newInputStream(folder.resolve(device + ".crt"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  @Test
  void aLiveSessionEndsWhenTheClockIsMovedPastItsCertificateAndOnlyRenewingIsLeft()
      throws Exception {
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    Mqtt5BlockingClient client = client(() -> ended.complete(true));
    assertThat(client.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);

    move(Duration.ofDays(31)); // a day past its end, well within the grace of 14
    assertThat(ended.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertRefused();
    assertThat(server.total().path("accepted").asInt()).isZero();

    renew().succeeded();
    Instant now = WallClock.system().now().plus(Duration.ofDays(31));
    assertThat(certificate("pump-7").getNotAfter().toInstant())
        .isBetween(now.plus(Duration.ofDays(29)), now.plus(Duration.ofDays(31)));
    assertThat(post("pump-7").output()).contains("\"id\"");

    move(Duration.ofDays(30 + 15)); // past the grace too
    assertRefused();
    assertThat(renew().exitCode()).isNotZero();
    assertThat(server.get("/api/v1/audit/credentials").toString())
        .contains("\"locked-out\"", "device:pump-7");
  }

  @Test
  void aSessionOutlivesAClockThatIsMovedButNotPastItsEnd() throws Exception {
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    Mqtt5BlockingClient client = client(() -> ended.complete(true));
    assertThat(client.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
    move(Duration.ofDays(29));
    assertThat(post("pump-7").output()).contains("\"id\"");
    move(Duration.ofDays(-60)); // back before it was issued: who is in stays in, nobody new comes
    assertThat(post("pump-7").output()).doesNotContain("\"id\"");
    eventually(
        BOUND,
        "it is counted",
        () -> server.text("/metrics").contains("reason=\"not-yet-valid\"} 1"));
    assertThat(ended).isNotDone();
    client.disconnect();
  }

  /** openssl, curl and the device's whole world believe that. */
  @ParameterizedTest
  @ValueSource(strings = {"1970-01-02 00:00:00", "2090-01-02 00:00:00"})
  void aDeviceThatDoesNotKnowTheTimeEnrolsByThePinnedKeyAndTheServersClock(String believed)
      throws Exception {
    String token =
        JsonMapper.shared()
            .readTree(
                RunningServer.expect(
                        201,
                        server.post(
                            "/api/v1/enrolment/tokens",
                            "{\"device\": \"lost-1\", \"product\": \"pump\"}"))
                    .body())
            .at("/items/0/token")
            .asString();
    String world = "faketime '" + believed + "' ";
    run(world
            + "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
            + " -keyout lost-1.key -subj /CN=lost-1 -out lost-1.csr")
        .succeeded();
    String enrol =
        world
            + "curl -s %s -u 'lost-1:"
            + token
            + "' -H 'Content-Type: application/pkcs10' --data-binary @lost-1.csr https://localhost:"
            + server.port("https")
            + "/.well-known/est/simpleenroll";
    Command byDates = run(enrol.formatted("-S --cacert data/tls/server.crt") + " 2>&1");
    assertThat(byDates.exitCode()).isNotZero();
    assertThat(byDates.output()).contains("certificate");

    String pin =
        run("openssl x509 -in data/tls/server.crt -pubkey -noout | openssl pkey -pubin -outform der"
                + " | openssl dgst -sha256 -binary | base64")
            .succeeded()
            .strip();
    run(enrol.formatted("-f -k --pinnedpubkey sha256//" + pin)
            + " | base64 -d | openssl pkcs7 -inform DER -print_certs -out lost-1.crt")
        .succeeded();
    Instant now = WallClock.system().now();
    X509Certificate issued = certificate("lost-1");
    assertThat(issued.getNotBefore().toInstant()).isBefore(now.plusSeconds(1));
    assertThat(issued.getNotAfter().toInstant())
        .isBetween(now.plus(Duration.ofDays(29)), now.plus(Duration.ofDays(31)));
    assertThat(post("lost-1").output()).contains("\"id\"");
  }
}
