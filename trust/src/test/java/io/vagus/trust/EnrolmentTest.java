package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.BatchMember;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EventLog;
import io.vagus.registry.Group;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.RevocationReason;
import io.vagus.registry.Secret;
import io.vagus.trust.DeviceCertificates.Issued;
import io.vagus.trust.Enrolment.IssuedClaim;
import io.vagus.trust.ProvisioningTokens.Made;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may enrol as what, by token and by claim certificate. */
class EnrolmentTest {
  private static final DeviceId NEW = new DeviceId("pump-7");
  private static final DeviceId OTHER = new DeviceId("pump-8");
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;
  private CaFixture ca;
  private OpenSsl openssl;
  private Enrolment enrolment;

  @BeforeEach
  void start() {
    ca = new CaFixture(folder, KeyKind.P256);
    openssl = new OpenSsl(folder);
    enrolment = ca.certificates.enrolment();
    batch("march", Optional.empty(), 10);
    ca.registry
        .batches()
        .addMembers(
            "march",
            List.of(
                BatchMember.listed(NEW, Optional.empty()),
                BatchMember.listed(OTHER, Optional.empty())));
  }

  private void batch(String id, Optional<String> prefix, int most) {
    Optional<Instant> closes = Optional.of(ca.clock.now().plus(Duration.ofDays(30)));
    enrolment.createBatch(
        new EnrolmentBatch(id, "meter", prefix, most, Optional.empty(), ca.clock.now(), closes));
  }

  private Made token(Optional<String> batch, Optional<DeviceId> device, Optional<byte[]> csr) {
    return enrolment
        .tokens()
        .make(new TokenOrder(batch, device, Optional.of("meter"), Optional.empty(), csr, HOUR, 1))
        .getFirst();
  }

  private Made ofBatch() {
    return token(Optional.of("march"), Optional.empty(), Optional.empty());
  }

  private Enrollee shown(Made made) {
    Identity identity = enrolment.identify(made.text());
    assertThat(identity).isInstanceOf(Identity.Enrolling.class);
    return ((Identity.Enrolling) identity).who();
  }

  private byte[] request(DeviceId device) throws Exception {
    openssl.key(device.value(), KeyKind.P256);
    return openssl.requestOfKey(device.value(), "/CN=" + device);
  }

  private Issued enrol(Enrollee who, DeviceId device) throws Exception {
    return enrolment.enrol(who, Optional.empty(), request(device));
  }

  private void assertRefused(
      Refusal reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    double before = enrolments(reason);
    CaFixture.assertRefused(call, ErrorCode.ENROLMENT_REFUSED, reason.label() + ": ");
    assertThat(enrolments(reason)).isEqualTo(before + 1);
  }

  private double enrolments(Refusal reason) {
    return ca.meters
        .get("vagus.trust.enrolments.refused")
        .tag("reason", reason.label())
        .counter()
        .count();
  }

  private Refusal refusalOf(String token) {
    Identity identity = enrolment.identify(token);
    assertThat(identity).isInstanceOf(Identity.Refused.class);
    return ((Identity.Refused) identity).reason();
  }

  @Test
  void aDeviceIsMadeInTheGroupOfItsTokenElseOfItsBatch() throws Exception {
    for (String group : List.of("acme", "beta")) {
      ca.registry.saveGroup(
          new Group(new GroupId(group), Optional.empty(), group, Optional.empty()));
    }
    enrolment.createBatch(
        new EnrolmentBatch(
                "april",
                "meter",
                Optional.of("m"),
                9,
                Optional.empty(),
                ca.clock.now(),
                Optional.empty())
            .inGroup(Optional.of(new GroupId("acme"))));
    for (String group : List.of("acme", "beta")) {
      Optional<GroupId> said =
          Optional.of(new GroupId(group)).filter(g -> !g.value().equals("acme"));
      TokenOrder order =
          new TokenOrder(
              Optional.of("april"),
              Optional.empty(),
              Optional.empty(),
              said,
              Optional.empty(),
              HOUR,
              1);
      DeviceId device = new DeviceId("m-" + group);
      enrol(shown(enrolment.tokens().make(order).getFirst()), device);
      assertThat(ca.registry.device(device).orElseThrow().group()).contains(new GroupId(group));
    }
  }

  @Test
  void aTokenMakesItsDeviceAndGivesItACertificateOnce() throws Exception {
    Made made = ofBatch();
    Enrollee who = shown(made);
    Issued issued = enrol(who, NEW);

    assertThat(ca.registry.device(NEW).orElseThrow().tags()).containsEntry("batch", "march");
    assertThat(ca.certificates.identify(List.of(issued.certificate())))
        .isInstanceOf(Identity.Proved.class);
    assertThat(ca.registry.batches().counts("march").enrolled()).isEqualTo(1);
    assertRefused(Refusal.TOKEN_USED, () -> enrol(shown(made), OTHER));
    // One that was proved before the other was done.
    assertRefused(Refusal.TOKEN_USED, () -> enrol(who, OTHER));
    assertThat(ca.registry.certificates().of(OTHER)).isEmpty();
  }

  @Test
  void whoDidNotHearTheAnswerAsksAgainWithTheSameKeyAndNoOther() throws Exception {
    Made ofDevice = token(Optional.empty(), Optional.of(OTHER), Optional.empty());
    for (Made made : List.of(ofBatch(), ofDevice)) {
      DeviceId device = made.token().device().orElse(NEW);
      byte[] request = request(device);
      Issued lost = enrolment.enrol(shown(made), Optional.empty(), request);
      Issued heard = enrolment.enrol(shown(made), Optional.empty(), request);
      assertThat(heard.certificate().getPublicKey()).isEqualTo(lost.certificate().getPublicKey());
      assertThat(ca.certificates.identify(List.of(heard.certificate())))
          .isInstanceOf(Identity.Proved.class);
      assertThatThrownBy(() -> enrol(shown(made), device))
          .hasMessageMatching(".*(used|enrolled).*");
      ca.registry
          .certificates()
          .revoke(device, heard.entry().serial(), RevocationReason.KEY_COMPROMISE);
      ca.registry
          .certificates()
          .revoke(device, lost.entry().serial(), RevocationReason.KEY_COMPROMISE);
      assertThatThrownBy(() -> enrolment.enrol(shown(made), Optional.empty(), request))
          .hasMessageMatching(".*(used|enrolled).*");
    }
    assertThat(ca.registry.batches().counts("march").enrolled()).isEqualTo(1);
  }

  @Test
  void aTokensSecretIsStoredNowhere() {
    Made made = ofBatch();
    String secret = made.text().substring(made.text().indexOf('.') + 1);
    assertThat(ca.registry.enrolmentTokens().find(made.token().id()).toString())
        .doesNotContain(secret);
    assertThat(made.toString()).doesNotContain(secret);
  }

  @Test
  void refusesTokensThatAreGuessedEndedOrRevoked() {
    Made made = ofBatch();
    String text = made.text();
    char last = text.charAt(text.length() - 1);
    String guess = text.substring(0, text.length() - 1) + (last == 'A' ? 'B' : 'A');
    for (String wrong : List.of(guess, "vet_", "", "vet_0011223344556677." + "A".repeat(43))) {
      assertThat(refusalOf(wrong)).isEqualTo(Refusal.TOKEN_UNKNOWN);
    }
    ca.registry.enrolmentTokens().revoke(made.token().id());
    assertThat(refusalOf(text)).isEqualTo(Refusal.TOKEN_REVOKED);

    Made ended = ofBatch();
    ca.clock.advance(HOUR);
    assertThat(refusalOf(ended.text())).isEqualTo(Refusal.TOKEN_EXPIRED);
    assertThat(enrolments(Refusal.TOKEN_UNKNOWN)).isEqualTo(4);
  }

  @Test
  void aTokenBoundToADeviceOpensNoOther() throws Exception {
    Enrollee who = shown(token(Optional.empty(), Optional.of(NEW), Optional.empty()));
    assertRefused(Refusal.OTHER_DEVICE, () -> enrol(who, OTHER));
    assertThat(enrol(who, NEW).entry().device()).isEqualTo(NEW);
  }

  @Test
  void aTokenBoundToARequestTakesItsKeyOnly() throws Exception {
    byte[] request = request(NEW);
    Enrollee who = shown(token(Optional.empty(), Optional.empty(), Optional.of(request)));
    assertRefused(Refusal.OTHER_KEY, () -> enrolment.enrol(who, Optional.empty(), request(NEW)));
    assertThat(enrolment.enrol(who, Optional.empty(), request).entry().device()).isEqualTo(NEW);
  }

  @Test
  void aRequestThatNamesAnotherThanItsDeviceIsRefused() throws Exception {
    Enrollee who = shown(ofBatch());
    byte[] others = request(OTHER);
    CaFixture.assertRefused(
        () -> enrolment.enrol(who, Optional.of(NEW), others),
        ErrorCode.INVALID_REQUEST,
        "expected: CN=pump-7");
    byte[] both = openssl.requestOfKey("pump-8", "/CN=pump-8/O=Works");
    CaFixture.assertRefused(
        () -> enrolment.enrol(who, Optional.empty(), both), ErrorCode.INVALID_REQUEST, "Works");
    assertThat(ca.registry.device(NEW)).isEmpty();
  }

  @Test
  void aSecretIsGivenToWhoBringsNoRequest() {
    Secret secret = enrolment.enrolBySecret(shown(ofBatch()), NEW);
    assertThat(
            ca.registry
                .credentials()
                .check("pump-7", secret.text().getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(io.vagus.registry.Credentials.DeviceVerdict.class);
  }

  @Test
  void aSuspendedDeviceGetsNothing() {
    ca.registry.updateDevice(
        CaFixture.PUMP,
        DevicePatch.NOTHING.withStatus(Device.Status.SUSPENDED),
        OptionalLong.empty());
    Enrollee who = shown(token(Optional.empty(), Optional.of(CaFixture.PUMP), Optional.empty()));
    CaFixture.assertRefused(
        () -> enrolment.enrolBySecret(who, CaFixture.PUMP),
        ErrorCode.DEVICE_SUSPENDED,
        "is suspended");
  }

  private IssuedClaim claim(Duration lifetime) throws Exception {
    openssl.key("claim", KeyKind.P256);
    return enrolment.claim("march", openssl.requestOfKey("claim", "/CN=march"), lifetime);
  }

  private Enrollee shown(IssuedClaim claim) {
    Identity identity = ca.certificates.identify(List.of(claim.certificate()));
    assertThat(identity).isInstanceOf(Identity.Enrolling.class);
    return ((Identity.Enrolling) identity).who();
  }

  @Test
  void aClaimCertificateEnrolsEachMemberOfItsBatchOnceAndNobodyElse() throws Exception {
    Enrollee who = shown(claim(HOUR));
    enrol(who, NEW);
    enrol(who, OTHER);

    assertRefused(Refusal.ENROLLED_ALREADY, () -> enrol(who, NEW));
    assertRefused(Refusal.NOT_LISTED, () -> enrol(who, new DeviceId("stray-1")));
    // A device of the registry that is not of the batch.
    assertRefused(Refusal.NOT_LISTED, () -> enrol(who, CaFixture.PUMP));
    ca.registry
        .certificates()
        .revoke(
            NEW,
            ca.registry.certificates().of(NEW).getFirst().serial(),
            RevocationReason.SUPERSEDED);
    ca.registry.batches().mayEnrolAgain("march", NEW);
    assertThat(enrol(who, NEW).entry().device()).isEqualTo(NEW);
  }

  @Test
  void aClaimTakesNoDeviceThatHasAValidCertificate() throws Exception {
    ca.registry
        .batches()
        .addMembers("march", List.of(BatchMember.listed(CaFixture.FAN, Optional.empty())));
    ca.certificates.issue(CaFixture.FAN, request(CaFixture.FAN));
    assertRefused(Refusal.ENROLLED_ALREADY, () -> enrol(shown(claim(HOUR)), CaFixture.FAN));
  }

  @Test
  void aClaimThatEndedOrWasRevokedOpensNothing() throws Exception {
    IssuedClaim ended = claim(HOUR);
    ca.clock.advance(HOUR.plusSeconds(1));
    IssuedClaim revoked = claim(HOUR);
    ca.registry
        .batches()
        .revokeClaim("march", revoked.entry().serial(), RevocationReason.KEY_COMPROMISE);

    assertThat(ca.certificates.identify(List.of(ended.certificate())))
        .isEqualTo(
            new Identity.Refused(
                Refusal.EXPIRED, "certificate: ended at " + ended.entry().notAfter()));
    assertThat(ca.certificates.identify(List.of(revoked.certificate())))
        .isInstanceOfSatisfying(
            Identity.Refused.class, r -> assertThat(r.reason()).isEqualTo(Refusal.REVOKED));
  }

  @Test
  void aBatchByPrefixIsFullAtItsBoundAndClosedAfterItsTime() throws Exception {
    batch("april", Optional.of("valve-"), 1);
    Made first = token(Optional.of("april"), Optional.empty(), Optional.empty());
    Made second = token(Optional.of("april"), Optional.empty(), Optional.empty());
    enrol(shown(first), new DeviceId("valve-1"));
    assertRefused(Refusal.BATCH_FULL, () -> enrol(shown(second), new DeviceId("valve-2")));

    ca.clock.advance(Duration.ofDays(31));
    assertRefused(Refusal.BATCH_CLOSED, () -> enrol(shown(ofBatch()), NEW));
  }

  @Test
  void theEventLogTellsWhoEnrolledByWhatAndWhoWasRefused() throws Exception {
    Made made = ofBatch();
    Enrollee who = shown(made);
    enrol(who, NEW);
    for (int time = 0; time < 2; time++) {
      assertRefused(Refusal.TOKEN_USED, () -> enrol(shown(made), OTHER));
    }

    List<String> events =
        ca.registry.events().events(EventLog.Filter.ALL, Optional.empty(), 10).items().stream()
            .map(e -> e.type() + " " + e.subject().text() + " by " + e.actor().text())
            .toList();
    String token = "enrolment-token:" + made.token().id();
    assertThat(events)
        .startsWith(
            "enrolment.refused " + token + " by system",
            "device.provisioned device:pump-7 by device:pump-7",
            "certificate.issued device:pump-7 by device:pump-7",
            "member.enrolled device:pump-7 by device:pump-7",
            "device.created device:pump-7 by device:pump-7",
            "enrolment-token.used " + token + " by device:pump-7",
            "enrolment-token.made " + token + " by system");
  }
}
