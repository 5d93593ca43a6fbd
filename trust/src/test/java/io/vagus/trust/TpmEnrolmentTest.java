package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import io.vagus.registry.BatchMember;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EventLog;
import io.vagus.trust.DeviceCertificates.Issued;
import io.vagus.trust.TpmEnrolment.Challenge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The refusals, by a clock of our own; a real TPM enrols in the server's test of this name. */
class TpmEnrolmentTest {
  private static final String EK = "2.23.133.8.1";
  private static final DeviceId METER = new DeviceId("meter-1");

  @TempDir Path folder;
  private CaFixture ca;
  private SoftTpm tpm;
  private byte[] area;

  @BeforeEach
  void list() throws Exception {
    ca = new CaFixture(folder, KeyKind.P256);
    with(new SoftTpm("RSA", ca.clock.now(), EK), "march");
  }

  private void with(SoftTpm made, String batch) {
    tpm = made;
    area = tpm.publicArea(SoftTpm.SIGNING);
    ca.certificates
        .enrolment()
        .createBatch(
            new EnrolmentBatch(
                batch,
                "meter",
                Optional.empty(),
                9,
                Optional.of(DeviceCertificates.pem(tpm.root)),
                ca.clock.now(),
                Optional.empty()));
    if (batch.equals("march")) {
      String serial = Digests.of(tpm.endorsement.getPublic().getEncoded());
      ca.registry
          .batches()
          .addMembers(batch, List.of(BatchMember.listed(METER, Optional.of(serial))));
    }
  }

  private Challenge challenge() {
    return ca.certificates.tpm().challenge(DeviceCertificates.pem(tpm.certificate), area);
  }

  private byte[] request(SoftTpm by) throws Exception {
    return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=meter-1"), by.key.getPublic())
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.key.getPrivate()))
        .getEncoded();
  }

  private Issued activate(Challenge challenge, byte[] secret) throws Exception {
    return ca.certificates.tpm().activate(challenge.text(), secret, Optional.empty(), request(tpm));
  }

  private double refused(Refusal reason) {
    return ca.meters
        .get("vagus.trust.enrolments.refused")
        .tag("reason", reason.label())
        .counter()
        .count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void whoAnswersWithTheAttestedKeyGetsItsCertificate(String kind) throws Exception {
    if (kind.equals("EC")) {
      ca = new CaFixture(Files.createDirectory(folder.resolve("ec")), KeyKind.P256);
      with(new SoftTpm("EC", ca.clock.now(), EK), "march");
    }
    Challenge challenge = challenge();
    Issued issued = activate(challenge, tpm.activate(challenge, area));
    assertThat(issued.entry().device()).isEqualTo(METER);
    assertThat(issued.certificate().getPublicKey()).isEqualTo(tpm.key.getPublic());
  }

  @Test
  void aChallengeIsAnsweredOnce() throws Exception {
    Challenge challenge = challenge();
    byte[] secret = tpm.activate(challenge, area);
    activate(challenge, secret);
    CaFixture.assertRefused(
        () -> activate(challenge, secret), ErrorCode.ENROLMENT_REFUSED, "was answered before");
    assertThat(refused(Refusal.TPM_CHALLENGE)).isEqualTo(1);
    assertThat(
            ca.registry
                .events()
                .events(EventLog.Filter.ALL.withType("enrolment.refused"), Optional.empty(), 10)
                .items())
        .anyMatch(e -> e.body().contains("tpm-challenge"));
  }

  @Test
  void aChallengeEnds() throws Exception {
    Challenge challenge = challenge();
    byte[] secret = tpm.activate(challenge, area);
    ca.clock.advance(TpmEnrolment.LIFE.plus(Duration.ofSeconds(1)));
    CaFixture.assertRefused(
        () -> activate(challenge, secret), ErrorCode.ENROLMENT_REFUSED, "challenge: ended at");
  }

  @Test
  void anothersSecretKeyOrChallengeIsNoAnswer() throws Exception {
    Challenge challenge = challenge();
    byte[] secret = tpm.activate(challenge, area);
    CaFixture.assertRefused(
        () -> activate(challenge, new byte[32]),
        ErrorCode.ENROLMENT_REFUSED,
        "is not the one that this TPM was sent");
    SoftTpm another = new SoftTpm("RSA", ca.clock.now(), EK);
    CaFixture.assertRefused(
        () ->
            ca.certificates
                .tpm()
                .activate(challenge.text(), secret, Optional.empty(), request(another)),
        ErrorCode.ENROLMENT_REFUSED,
        "not the one that the TPM attested");
    CaFixture.assertRefused(
        () ->
            ca.certificates
                .tpm()
                .activate(challenge.text() + "0", secret, Optional.empty(), request(tpm)),
        ErrorCode.INVALID_REQUEST,
        "challenge: not one of this server's");
  }

  @Test
  void aTpmOfNoVendorOfOursIsNotChallenged() throws Exception {
    tpm = new SoftTpm("RSA", ca.clock.now(), EK);
    CaFixture.assertRefused(this::challenge, ErrorCode.ENROLMENT_REFUSED, "no batch's vendor root");
    assertThat(refused(Refusal.TPM_VENDOR)).isEqualTo(1);
  }

  @Test
  void aCertificateOfTheVendorsForAnotherPurposeIsNoEndorsement() throws Exception {
    with(new SoftTpm("RSA", ca.clock.now(), "1.3.6.1.5.5.7.3.1"), "april");
    CaFixture.assertRefused(
        this::challenge, ErrorCode.ENROLMENT_REFUSED, "is of no endorsement key");
  }

  @Test
  void aTpmThatNobodyListedEnrolsAsNobody() throws Exception {
    with(new SoftTpm("RSA", ca.clock.now(), EK), "april");
    Challenge challenge = challenge();
    byte[] secret = tpm.activate(challenge, area);
    CaFixture.assertRefused(
        () ->
            ca.certificates
                .tpm()
                .activate(challenge.text(), secret, Optional.of(METER), request(tpm)),
        ErrorCode.ENROLMENT_REFUSED,
        "is not device meter-1's");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        SoftTpm.SIGNING & ~2, // not fixedtpm: it could be copied
        SoftTpm.SIGNING & ~0x20, // not sensitivedataorigin: it was made elsewhere
        SoftTpm.SIGNING | 0x10000, // restricted: signs no handshake
        SoftTpm.SIGNING | 0x20000 // decrypts too
      })
  void aKeyThatIsNotMadeAndKeptThereIsRefused(int attributes) {
    area = tpm.publicArea(attributes);
    CaFixture.assertRefused(this::challenge, ErrorCode.ENROLMENT_REFUSED, "attributes 0x");
    assertThat(refused(Refusal.TPM_KEY)).isEqualTo(1);
  }
}
