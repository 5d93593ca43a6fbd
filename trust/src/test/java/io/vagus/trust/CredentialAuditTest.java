package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.Secret;
import io.vagus.trust.CredentialAudit.Finding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    return new CredentialAudit(
            ca.registry,
            Optional.of(ca.certificates),
            TrustConfig.defaults(),
            List.of(plaintext),
            ca.clock)
        .findings().stream().map(CredentialAuditTest::text).toList();
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
    assertThat(
            new CredentialAudit(
                    ca.registry,
                    Optional.of(ca.certificates),
                    TrustConfig.defaults(),
                    List.of(),
                    ca.clock)
                .findings())
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
}
