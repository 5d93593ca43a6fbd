package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.DeviceParts;
import io.vagus.device.Enrolment;
import io.vagus.device.StoreConfig;
import io.vagus.device.est.KeyKind;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.kit.HostPort;
import io.vagus.kit.WallClock;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.OfflineRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Devices of the Java SDK get, show, keep and renew their certificates, against a real server. */
@Timeout(120)
class SdkEnrolmentTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String PASSPHRASE = "a long passphrase";

  @TempDir Path folder;
  private TestAuthority ca;
  private RunningServer server;
  private DeviceLoops loops;
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();

  private final DeviceParts parts =
      DeviceParts.DEFAULT
          .withoutTime()
          .with(
              new LinkListener() {
                @Override
                public void connected() {
                  connections.incrementAndGet();
                }

                @Override
                public void refused(int reasonCode) {
                  refusals.incrementAndGet();
                }

                @Override
                public void failed(String what) {
                  failures.add(what);
                }
              });

  @BeforeEach
  void make() throws Exception {
    ca = TestAuthority.make(folder);
    loops = new DeviceLoops(1);
  }

  @AfterEach
  void stop() {
    loops.close();
    server.close();
  }

  private Path file() {
    return folder.resolve("identity.pem");
  }

  private Enrolment enrolment() {
    return Enrolment.at(new HostPort("localhost", server.port("https")), file())
        .withAuthorities(folder.resolve("data/tls/server.crt"));
  }

  private Device open(Enrolment enrolment, DeviceParts with) {
    DeviceConfig config =
        DeviceConfig.of("pump-7", new HostPort("localhost", server.port("mqtts")))
            .with(SdkDevice.QUICK)
            .with(StoreConfig.on(folder.resolve("store")))
            .with(enrolment);
    Device device = Device.open(config, loops, with);
    device.connect();
    return device;
  }

  private String token() {
    String order = "{\"device\":\"pump-7\",\"product\":\"pump\",\"lifetime\":\"1h\"}";
    String made = RunningServer.expect(201, server.post("/api/v1/enrolment/tokens", order)).body();
    return JsonMapper.shared().readTree(made).at("/items/0/token").asString();
  }

  private static void sends(Device device, int n) {
    device.send(Map.of("n", n));
    eventually(BOUND, n + " is acknowledged", () -> device.counters().kept() == 0);
    assertThat(device.counters().refused()).isZero();
  }

  /** As openssl reads it: the first certificate of the file. */
  private String shown(String what) throws Exception {
    return Command.run(
            folder,
            Map.of(),
            "openssl",
            "x509",
            "-in",
            "identity.pem",
            "-noout",
            "-" + what,
            "-nameopt",
            "RFC2253")
        .succeeded();
  }

  @Test
  void aTokenBringsItToItsFirstMessageAndTheFileToAllOthers() throws Exception {
    server = ca.serve();
    try (Device device = open(enrolment().withToken(token()), parts)) {
      sends(device, 1);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file())).doesNotContain("vet_");
    assertThat(shown("subject")).contains("CN=pump-7");
    String first = shown("serial");
    try (Device device = open(enrolment(), parts)) {
      sends(device, 2);
    }
    assertThat(shown("serial")).isEqualTo(first);
    server.requireAccepted(2);
    assertThat(refusals).hasValue(0);
  }

  /** Killed after the server used the token up, and before the answer was on the disk. */
  @Test
  void aDeviceThatDiesBeforeItHeardTheAnswerAsksAgainWithTheSameTokenAndKey() throws Exception {
    server = ca.serve();
    Enrolment byToken = enrolment().withToken(token());
    try (Device device = open(byToken, parts)) {
      sends(device, 1);
    }
    String all = Files.readString(file());
    Files.writeString(file(), all.substring(0, all.indexOf("-----BEGIN CERTIFICATE")));
    try (Device device = open(byToken, parts)) {
      sends(device, 2);
    }
    assertThat(Files.readString(file())).startsWith(all.substring(0, 200));
    assertThat(failures).isEmpty();
  }

  @Test
  void aClaimCertificateDoesToo() throws Exception {
    server = ca.serve();
    String batches = "/api/v1/enrolment/batches";
    RunningServer.expect(201, server.post(batches, "{\"id\":\"march\",\"product\":\"pump\"}"));
    String member = "{\"members\":[{\"device\":\"pump-7\"}]}";
    assertThat(server.post(batches + "/march/members", member).statusCode()).isEqualTo(200);
    ca.request("march");
    String csr =
        JsonMapper.shared().writeValueAsString(Files.readString(folder.resolve("march.csr")));
    String claim =
        RunningServer.expect(201, server.post(batches + "/march/claims", "{\"csr\":" + csr + "}"))
            .body();
    Path certificate = folder.resolve("march.crt");
    Files.writeString(
        certificate, JsonMapper.shared().readTree(claim).path("certificate").asString());
    Enrolment byClaim =
        enrolment().with(new Enrolment.Proof.Claim(certificate, folder.resolve("march.key")));
    try (Device device = open(byClaim.with(KeyKind.ED25519), parts)) {
      sends(device, 1);
    }
    assertThat(server.get("/api/v1/devices/pump-7/certificates").toString()).contains("Ed25519");
  }

  @Test
  void aServerThatItDoesNotTrustIsNotToldItsToken() throws Exception {
    server = ca.serve();
    ca.openssl(
        "other",
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout o.key"
            + " -subj /CN=localhost -days 9 -out other.crt");
    Enrolment wrong = enrolment().withToken(token()).withAuthorities(folder.resolve("other.crt"));
    try (Device device = open(wrong, parts)) {
      eventually(BOUND, "it says so", () -> failures.toString().contains("PKIX"));
      assertThat(device.renewalDue()).isEmpty();
    }
    assertThat(server.get("/api/v1/enrolment/tokens").at("/items/0").has("usedBy")).isFalse();
    assertThat(failures.toString()).doesNotContain("vet_");
  }

  @Test
  void itRenewsAtTwoThirdsOfItsLifeAndLosesNoSessionAndNoMessage() throws Exception {
    server = ca.serve("trust.certificate-lifetime=1h");
    Instant due = enrolled(token()).orElseThrow();
    assertThat(Duration.between(WallClock.system().now(), due))
        .isBetween(Duration.ofMinutes(37), Duration.ofMinutes(41)); // it began five minutes ago
    String first = shown("serial");
    long ahead = Duration.between(WallClock.system().now(), due).toNanos() / 1000 - 2_000_000;
    connections.set(0);
    try (Device device = open(enrolment(), parts.with(aheadUntilRenewed(ahead)))) {
      AtomicInteger sent = new AtomicInteger();
      eventually(
          BOUND,
          "it has connected anew",
          () -> {
            device.send(Map.of("n", sent.incrementAndGet()));
            return connections.get() == 2;
          });
      assertThat(shown("serial")).isNotEqualTo(first);
      eventually(BOUND, "all are acknowledged", () -> device.counters().kept() == 0);
      server.requireDecided(Map.of("accepted", 1 + sent.get()));
      eventually(
          BOUND,
          "each is stored once",
          () ->
              server.numbers("pump-7").stream()
                  .sorted()
                  .toList()
                  .equals(IntStream.rangeClosed(0, sent.get()).boxed().toList()));
      Instant next = device.renewalDue().orElseThrow();
      assertThat(Duration.between(WallClock.system().now(), next))
          .isBetween(Duration.ofMinutes(37), Duration.ofMinutes(41));
      assertThat(server.get("/api/v1/devices/pump-7/certificates").path("items")).hasSize(2);
    }
    assertThat(failures).isEmpty();
    assertThat(refusals).hasValue(0);
  }

  /** Enrols, sends number 0 and ends: when its renewal is due. */
  private Optional<Instant> enrolled(String token) {
    try (Device device = open(enrolment().withToken(token), parts)) {
      sends(device, 0);
      return device.renewalDue();
    }
  }

  /** Its clock is ahead; once it has another certificate, it is right. */
  private WallClock aheadUntilRenewed(long micros) throws IOException {
    String first = Files.readString(file());
    return () -> {
      try {
        boolean isFirst = Files.readString(file()).equals(first);
        return WallClock.system().micros() + (isFirst ? micros : 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /** What a device that was switched off keeps: its key and a certificate so old. */
  private void keeps(Duration old) throws Exception {
    ca.device("pump-7");
    ca.issue("pump-7", old);
    ca.openssl(
        "identity",
        "(cat pump-7.key; openssl pkey -in pump-7.key -pubout;"
            + " cat pump-7.crt) > identity.pem");
  }

  @Test
  void afterSleepingPastItsEndItRenewsWithinTheGraceAndThenSends() throws Exception {
    keeps(Duration.ofDays(40)); // ended ten days ago, four before the end of the grace time
    server = ca.serve();
    try (Device device = open(enrolment(), parts)) {
      sends(device, 1);
      assertThat(device.renewalDue().orElseThrow()).isAfter(WallClock.system().now());
    }
    assertThat(refusals).hasValue(0);
    assertThat(server.text("/metrics")).contains("vagus_trust_certificates_renewed_late_total 1.0");
  }

  @Test
  void afterTheGraceItIsRefusedAndSaysWhyAndKeepsWhatItMeasures() throws Exception {
    keeps(Duration.ofDays(50));
    server = ca.serve();
    try (Device device = open(enrolment(), parts)) {
      device.send(Map.of("n", 1));
      eventually(BOUND, "it says why", () -> failures.toString().contains("certificate-expired"));
      assertThat(device.counters().kept()).isOne();
      assertThat(connections).hasValue(0);
    }
  }

  /**
   * The server's own certificate is the authority's, old and new. One device renewed in between,
   * one did not.
   */
  @Test
  void aNewRootIsTakenOverWithTheRenewalBeforeTheOldOneIsNeededNoMore() throws Exception {
    keeps(Duration.ofDays(22)); // past two thirds of its life
    byte[] before = Files.readAllBytes(file());
    serverCertificate("data/trust/issuer");
    Path root = Files.copy(folder.resolve("data/trust/root.crt"), folder.resolve("root-1.crt"));
    String[] tls = {
      "tls.certificate=" + folder.resolve("s.pem"), "tls.key=" + folder.resolve("s.key")
    };
    server = ca.serve(tls);
    OfflineRoot.renewRoot(
        DeviceCertificates.folder(folder.resolve("data")),
        folder.resolve("root.p12"),
        PASSPHRASE.toCharArray(),
        folder.resolve("root-2.p12"),
        Optional.empty(),
        WallClock.system().now());
    RunningServer.expect(200, server.post("/api/v1/ca/reload", ""));
    try (Device device = open(enrolment().withAuthorities(root), parts)) {
      sends(device, 1);
    }
    server.close();

    serverCertificate("data/trust/generations/0002/issuer");
    server = ca.serve(tls);
    Enrolment now = enrolment().withAuthorities(root);
    try (Device device = open(now, parts)) {
      sends(device, 2);
    }
    assertThat(failures).isEmpty();
    Files.write(file(), before);
    try (Device device = open(now, parts)) {
      eventually(BOUND, "it trusts it not", () -> failures.toString().contains("PKIX"));
      assertThat(device.counters().acknowledged()).isEqualTo(2);
    }
  }

  private void serverCertificate(String issuer) throws Exception {
    ca.openssl(
        "server",
        ("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout s.key -subj"
                + " /CN=localhost -out s.csr; openssl x509 -req -in s.csr -CA %s.crt -CAkey %s.key"
                + " -days 9 -out s.crt -extfile <(printf 'subjectAltName=DNS:localhost\n"
                + "extendedKeyUsage=serverAuth'); cat s.crt %s.crt > s.pem")
            .formatted(issuer, issuer, issuer));
  }
}
