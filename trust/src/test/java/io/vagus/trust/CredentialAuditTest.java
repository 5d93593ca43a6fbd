package io.vagus.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.model.Document;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Secret;
import io.vagus.trust.CredentialAudit.Finding;
import io.vagus.wire.DocumentCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of finding, and none when all is well. */
class CredentialAuditTest {
  @TempDir Path folder;
  private CaFixture ca;

  @BeforeEach
  void start() throws Exception {
    ca = new CaFixture(folder, KeyKind.P256);
    ca.certificates.issue(CaFixture.PUMP, new OpenSsl(folder).request("/CN=pump-1", KeyKind.P256));
  }

  private List<String> findings(String... plaintext) {
    return findings(Surroundings.ofListeners(List.of(plaintext))).stream()
        .map(CredentialAuditTest::text)
        .toList();
  }

  private List<Finding> findings(Surroundings around) {
    return new CredentialAudit(
            ca.registry, Optional.of(ca.certificates), TrustConfig.defaults(), around, ca.clock)
        .findings();
  }

  private static String text(Finding f) {
    return f.level() + " " + f.kind() + " " + f.subject();
  }

  @Test
  void findsNothingWhenAllIsWell() {
    assertThat(findings()).isEmpty();
  }

  @Test
  void followsACertificateFromTooOldToLockedOut() {
    ca.clock.advance(Duration.ofDays(21));
    assertThat(findings()).containsExactly("WARNING OVER_AGE device:pump-1");
    ca.clock.advance(Duration.ofDays(8));
    assertThat(findings()).containsExactly("WARNING ENDS_SOON device:pump-1");
    ca.clock.advance(Duration.ofDays(2));
    assertThat(findings()).containsExactly("WARNING EXPIRED device:pump-1");
    ca.clock.advance(Duration.ofDays(14));
    assertThat(findings()).containsExactly("ERROR LOCKED_OUT device:pump-1");
  }

  @Test
  void findsASecretThatNobodyChangedForTooLong() {
    ca.registry.rotateSecret(CaFixture.FAN, new Secret.Chosen("correct horse"));
    ca.clock.advance(Duration.ofDays(364));
    assertThat(findings()).doesNotContain("WARNING OVER_AGE device:fan-1");
    ca.clock.advance(Duration.ofDays(1));
    assertThat(findings()).contains("WARNING OVER_AGE device:fan-1");
    ca.registry.rotateSecret(CaFixture.FAN, new Secret.Chosen("another horse"));
    assertThat(findings()).doesNotContain("WARNING OVER_AGE device:fan-1");
  }

  @Test
  void findsASecretThatTwoDevicesHaveAndSaysNeitherSecretNorHash() {
    ca.registry.rotateSecret(CaFixture.FAN, new Secret.Chosen("correct horse"));
    assertThat(findings()).isEmpty();
    ca.registry.rotateSecret(CaFixture.PUMP, new Secret.Chosen("correct horse"));
    assertThat(findings()).containsExactly("ERROR SHARED_SECRET device:fan-1");
    assertThat(findings(Surroundings.ofListeners(List.of())))
        .extracting(Finding::detail)
        .containsExactly("has the secret of pump-1");
    ca.registry.rotateSecret(CaFixture.PUMP, new Secret.Chosen("another horse"));
    assertThat(findings()).isEmpty();
  }

  @Test
  void countsAgesByBucketAndShowsThemAsMetrics() {
    ca.registry.rotateSecret(CaFixture.FAN, new Secret.Chosen("correct horse"));
    ca.clock.advance(Duration.ofDays(20));
    CredentialAges ages = new CredentialAges(ca.registry, TrustConfig.defaults(), ca.clock);
    assertThat(counts(ages, CredentialAges.Kind.CERTIFICATE))
        .containsExactly(0L, 0L, 1L, 0L, 0L, 0L);
    assertThat(counts(ages, CredentialAges.Kind.SECRET)).containsExactly(0L, 0L, 1L, 0L, 0L, 0L);

    ca.clock.advance(Duration.ofDays(9));
    assertThat(counts(ages, CredentialAges.Kind.CERTIFICATE))
        .containsExactly(0L, 0L, 1L, 0L, 0L, 0L);
    assertThat(ages.ages().getFirst().overAge()).isEqualTo(1);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    ages.register(meters);
    assertThat(
            meters
                .get("vagus.trust.credentials.age")
                .tags("kind", "secret", "days", "30")
                .gauge()
                .value())
        .isEqualTo(1);
    assertThat(
            meters
                .get("vagus.trust.credentials.over.age")
                .tags("kind", "certificate")
                .gauge()
                .value())
        .isEqualTo(1);
  }

  private static List<Long> counts(CredentialAges ages, CredentialAges.Kind kind) {
    return ages.ages().stream()
        .filter(a -> a.kind() == kind)
        .flatMap(a -> a.buckets().stream())
        .map(CredentialAges.Bucket::count)
        .toList();
  }

  @Test
  void findsListenersThatOthersReachWithoutTls() {
    assertThat(findings("mqtt", "http"))
        .containsExactly(
            "ERROR PLAINTEXT_LISTENER listener:mqtt", "ERROR PLAINTEXT_LISTENER listener:http");
  }

  @Test
  void findsAnIssuerThatEnds() {
    String issuer = "issuer:" + ca.certificates.rollover().generations().getFirst().serial();
    ca.clock.advance(Duration.ofDays(5 * 365 - 100));
    assertThat(findings()).contains("WARNING CA_ENDS " + issuer);
    ca.clock.advance(Duration.ofDays(101));
    assertThat(findings()).contains("ERROR CA_ENDS " + issuer);
  }

  @Test
  void findsAClaimCertificateThatABatchLeftBehind() throws Exception {
    Enrolment enrolment = ca.certificates.enrolment();
    enrolment.createBatch(
        new EnrolmentBatch(
            "march",
            "meter",
            Optional.empty(),
            9,
            Optional.empty(),
            ca.clock.now(),
            Optional.empty()));
    enrolment.claim(
        "march", new OpenSsl(folder).request("/CN=march", KeyKind.P256), Duration.ofDays(900));
    assertThat(findings()).isEmpty();
    ca.registry.batches().close("march");
    assertThat(findings()).containsExactly("WARNING CLAIM_OPEN batch:march");
  }

  @Test
  void findsWeakKeysOfTheServerAndOfVendors() throws Exception {
    OpenSsl openSsl = new OpenSsl(folder);
    openSsl.succeed(
        "req",
        "-x509",
        "-newkey",
        "rsa:1024",
        "-nodes",
        "-subj",
        "/CN=weak",
        "-keyout",
        "weak.key",
        "-out",
        "weak.crt",
        "-addext",
        "basicConstraints=critical,CA:TRUE");
    openSsl.succeed(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=good",
        "-keyout",
        "good.key",
        "-out",
        "good.crt");
    openSsl.succeed("req", "-new", "-key", "good.key", "-subj", "/CN=old", "-out", "old.csr");
    openSsl.succeed(
        "x509",
        "-req",
        "-in",
        "old.csr",
        "-CA",
        "good.crt",
        "-CAkey",
        "good.key",
        "-sha1",
        "-CAcreateserial",
        "-out",
        "old.crt");
    ca.certificates
        .enrolment()
        .createBatch(
            new EnrolmentBatch(
                "march",
                "meter",
                Optional.empty(),
                9,
                Optional.of(Files.readString(folder.resolve("weak.crt"))),
                ca.clock.now(),
                Optional.empty()));
    Surroundings around =
        new Surroundings(
            List.of(),
            List.of(),
            List.of(),
            Stream.of("weak.crt", "good.crt", "old.crt", "none.crt").map(folder::resolve).toList(),
            device -> Document.EMPTY);
    assertThat(findings(around))
        .extracting(Finding::kind, Finding::subject, Finding::detail)
        .containsExactly(
            weak("file:" + folder.resolve("weak.crt"), "key: RSA of 1024 bits (expected: >= 2048)"),
            weak(
                "file:" + folder.resolve("old.crt"),
                "signed with SHA1withRSA (expected: SHA-256 or more)"),
            weak("batch:march", "key: RSA of 1024 bits (expected: >= 2048)"));
  }

  private static Tuple weak(String subject, String detail) {
    return tuple(CredentialAudit.Kind.WEAK_KEY, subject, detail);
  }

  @Test
  void findsWhereSecretsStandInPlainTextAndNeverSaysThem() throws Exception {
    Map<String, String> tags = Map.of("site", "north", "wifiPassword", "hunter2");
    ca.registry.updateDevice(
        CaFixture.PUMP, DevicePatch.NOTHING.withTags(tags), OptionalLong.empty());
    ca.registry
        .desired()
        .change(
            CaFixture.FAN,
            DocumentCodec.readPatch(
                """
                {"mqtt": {"url": "mqtts://me:hunter2@example", "token-bucket": 5}, "psk": ""}\
                """
                    .getBytes(UTF_8)),
            OptionalLong.empty());
    Document reported = DocumentCodec.read("{\"wifi\": {\"ssid\": \"x\", \"psk\": \"hunter2\"}}");
    Path open = Files.writeString(folder.resolve("admin.token"), "hunter2");
    Path closed = Files.writeString(folder.resolve("closed.token"), "hunter2");
    for (Path way = folder; way != null && isOurs(way); way = way.getParent()) {
      Files.setPosixFilePermissions(way, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rw-------"));
    Surroundings around =
        new Surroundings(
            List.of(),
            List.of(open, closed, folder.resolve("none")),
            List.of("registry.password"),
            List.of(),
            device -> device.equals(CaFixture.FAN) ? reported : Document.EMPTY);

    List<Finding> findings = findings(around);
    assertThat(findings.toString()).doesNotContain("hunter2");
    assertThat(findings)
        .allMatch(f -> f.kind() == CredentialAudit.Kind.PLAINTEXT_SECRET)
        .extracting(f -> f.subject() + " " + f.detail().replaceFirst(" (seems|may).*", ""))
        .containsExactlyInAnyOrder(
            "file:" + open + " every user of this machine",
            "setting:registry.password holds the secret itself (expected: registry.password-file)",
            "device:fan-1 desired /mqtt/url",
            "device:fan-1 reported /wifi/psk",
            "device:pump-1 tag wifiPassword");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    assertThat(findings(around)).extracting(Finding::subject).doesNotContain("file:" + open);
  }

  private static boolean isOurs(Path folder) throws IOException {
    return Files.getOwner(folder).getName().equals(System.getProperty("user.name"))
        && folder.getNameCount() > 1;
  }
}
