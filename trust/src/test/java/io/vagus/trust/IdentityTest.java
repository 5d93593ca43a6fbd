package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.RevocationReason;
import io.vagus.trust.DeviceCertificates.Issued;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a certificate proves, and which prove nobody. */
class IdentityTest {
  @TempDir Path data;
  @TempDir Path elsewhere;

  private CaFixture ca;
  private byte[] request;
  private Issued issued;

  @BeforeEach
  void issue() throws Exception {
    ca = new CaFixture(data, KeyKind.P256);
    request = new OpenSsl(data).request("/CN=pump-1", KeyKind.P256);
    issued = ca.certificates.issue(CaFixture.PUMP, request);
  }

  private Identity identify() {
    return ca.certificates.identify(List.of(issued.certificate()));
  }

  private void assertNobody(Refusal reason) {
    assertThat(identify())
        .isInstanceOfSatisfying(
            Identity.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    assertThat(ca.refused(reason)).isEqualTo(1);
  }

  @Test
  void aRevokedOneProvesNobodyFromThenOn() {
    assertThat(identify()).isInstanceOf(Identity.Proved.class);
    ca.registry
        .certificates()
        .revoke(CaFixture.PUMP, issued.entry().serial(), RevocationReason.KEY_COMPROMISE);
    assertNobody(Refusal.REVOKED);
  }

  @Test
  void afterItsEndItMayOnlyRenewAndAfterTheGraceTimeNotEvenThat() {
    ca.clock.advance(Duration.ofDays(30).plusSeconds(1));
    Identity late = identify();
    assertThat(late).isInstanceOf(Identity.Late.class);

    Enrollee enrollee = new Enrollee.Known(CaFixture.PUMP, issued.entry().serial(), true);
    CaFixture.assertRefused(
        () -> ca.certificates.est().enrol(enrollee, request),
        ErrorCode.CERTIFICATE_EXPIRED,
        "simplereenroll");
    assertThat(ca.certificates.est().renew(enrollee, request)).isNotEmpty();
    assertThat(ca.registry.certificates().countValid(ca.clock.now())).isEqualTo(1);
    assertThat(ca.meters.get("vagus.trust.certificates.renewed.late").counter().count())
        .isEqualTo(1);

    ca.clock.advance(Duration.ofDays(14));
    assertNobody(Refusal.EXPIRED);
  }

  @Test
  void withoutGraceItEndsAtItsEnd() {
    ca.clock.advance(Duration.ofDays(30).plusSeconds(1));
    DeviceCertificates strict =
        ca.reopen(new TrustConfig(Duration.ofDays(30), Duration.ZERO, Duration.ofDays(365)));
    assertThat(strict.identify(List.of(issued.certificate()))).isInstanceOf(Identity.Refused.class);
  }

  @Test
  void aSuspendedOrDeletedDevicesProvesNobody() {
    for (Device.Status status : List.of(Device.Status.SUSPENDED, Device.Status.QUARANTINED)) {
      ca.registry.updateDevice(
          CaFixture.PUMP, DevicePatch.NOTHING.withStatus(status), OptionalLong.empty());
      assertNobody(
          status == Device.Status.SUSPENDED
              ? Refusal.DEVICE_SUSPENDED
              : Refusal.DEVICE_QUARANTINED);
    }
    ca.registry.deleteDevice(CaFixture.PUMP);
    assertNobody(Refusal.REVOKED);
  }

  @Test
  void oneThatTheInventoryDoesNotHoldProvesNobody() throws Exception {
    Issuer issuer = Issuer.open(new CaFolder(ca.folder), ca.certificates.chain().getFirst());
    Instant now = ca.clock.now();
    X509Certificate unknown =
        issuer.sign(
            KeyKind.P256.generate().getPublic(), CaFixture.PUMP, now, now.plusSeconds(3600));
    ca.certificates.clients().checkClientTrusted(new X509Certificate[] {unknown}, "EC");

    assertThat(ca.certificates.identify(List.of(unknown)))
        .isInstanceOfSatisfying(
            Identity.Refused.class, r -> assertThat(r.reason()).isEqualTo(Refusal.NOT_ISSUED));
  }

  private void assertHandshakeRefused(X509Certificate certificate, Refusal reason) {
    assertThatThrownBy(() ->
            ca.certificates.clients().checkClientTrusted(new X509Certificate[] {certificate}, "EC"))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining(reason.label());
    assertThat(ca.refused(reason)).isEqualTo(1);
  }

  @Test
  void aHandshakeTakesOneThatEndedAndRefusesOneThatHasNotBegun() throws Exception {
    X509Certificate[] chain = {issued.certificate()};
    ca.clock.advance(Duration.ofDays(31));
    ca.certificates.clients().checkClientTrusted(chain, "EC");

    ca.clock.jump(Duration.ofDays(-32));
    assertHandshakeRefused(issued.certificate(), Refusal.NOT_YET_VALID);
  }

  @Test
  void aHandshakeRefusesAnotherAuthoritysAndAForgedOne() throws Exception {
    CaFixture other = new CaFixture(elsewhere, KeyKind.P256);
    assertHandshakeRefused(
        other.certificates.issue(CaFixture.PUMP, request).certificate(), Refusal.UNKNOWN_CA);

    KeyPair thief = KeyKind.P256.generate();
    X509Certificate issuer = ca.certificates.chain().getFirst();
    var signer =
        new CertificateForms.Signer(
            new JcaX509CertificateHolder(issuer).getSubject(),
            issuer.getPublicKey(),
            thief.getPrivate(),
            KeyKind.P256,
            Optional.empty());
    assertHandshakeRefused(deviceLike(signer), Refusal.FORGED);
  }

  private X509Certificate deviceLike(CertificateForms.Signer signer) throws Exception {
    Instant now = ca.clock.now();
    return CertificateForms.finish(
        CertificateForms.begin(
            signer,
            new X500Name("CN=pump-1"),
            KeyKind.P256.generate().getPublic(),
            Serials.next(),
            now,
            now.plusSeconds(3600)),
        signer);
  }

  @Test
  void aHandshakeRefusesOneThatIsNotForClients() throws Exception {
    X509Certificate issuer = ca.certificates.chain().getFirst();
    var signer =
        new CertificateForms.Signer(
            new JcaX509CertificateHolder(issuer).getSubject(),
            issuer.getPublicKey(),
            new CaFolder(ca.folder).issuerKey(KeyKind.P256).key(),
            KeyKind.P256,
            Optional.empty());
    assertHandshakeRefused(deviceLike(signer), Refusal.WRONG_USAGE);
  }

  @Test
  void aHandshakeRefusesTheIssuersOwnCertificate() {
    assertHandshakeRefused(ca.certificates.chain().getFirst(), Refusal.UNKNOWN_CA);
  }
}
