package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.BatchMember.Enrolled;
import io.vagus.registry.EnrolmentBatches.Counts;
import io.vagus.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine of enrolment does. */
public abstract class EnrolmentContract {
  private static final DeviceId PUMP = new DeviceId("pump-1");
  private static final DeviceId FAN = new DeviceId("fan-1");

  protected final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  protected Registry registry;
  private EnrolmentBatches batches;
  private EnrolmentTokens tokens;

  protected abstract Registry open() throws Exception;

  @BeforeEach
  void openWithABatch() throws Exception {
    registry = open();
    batches = registry.batches();
    tokens = registry.enrolmentTokens();
    batches.create(batch("march"));
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private EnrolmentBatch batch(String id) {
    return new EnrolmentBatch(
        id, "meter", Optional.of("pump-"), 10, Optional.empty(), clock.now(), Optional.empty());
  }

  private EnrolmentToken token(String id, Duration lifetime) {
    return new EnrolmentToken(
        id,
        "digest",
        Optional.of("march"),
        Optional.empty(),
        Optional.empty(),
        Optional.of("key"),
        clock.now(),
        clock.now().plus(lifetime),
        Optional.empty(),
        Optional.empty());
  }

  private static void assertRefused(ErrorCode code, String named, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(VagusException.class)
        .hasMessageContaining(named)
        .extracting(e -> ((VagusException) e).code())
        .isEqualTo(code);
  }

  @Test
  void aTokenIsUsedOnceAndNotAfterItsEnd() {
    EnrolmentToken made = token("t1", Duration.ofHours(1));
    tokens.add(List.of(made, token("t2", Duration.ofHours(1))));
    assertThat(tokens.find("t1")).contains(made);

    assertThat(tokens.use("t1", PUMP)).isTrue();
    assertThat(tokens.use("t1", FAN)).isFalse();
    assertThat(tokens.find("t1").orElseThrow().use())
        .contains(new EnrolmentToken.Use(PUMP, clock.now()));

    clock.advance(Duration.ofHours(1));
    assertThat(tokens.use("t2", PUMP)).isFalse();
    assertThat(tokens.use("t9", PUMP)).isFalse();
    assertThat(tokens.newest(Optional.of("march"), 10))
        .extracting(t -> t.status(clock.now()))
        .containsExactlyInAnyOrder(EnrolmentToken.Status.USED, EnrolmentToken.Status.EXPIRED);
  }

  @Test
  void aRevokedTokenOpensNothingAndAUsedOneStaysUsed() {
    tokens.add(List.of(token("t1", Duration.ofHours(1)), token("t2", Duration.ofHours(1))));
    tokens.use("t2", PUMP);

    assertThat(tokens.revoke("t1").status(clock.now())).isEqualTo(EnrolmentToken.Status.REVOKED);
    assertThat(tokens.use("t1", PUMP)).isFalse();
    assertThat(tokens.revoke("t2").status(clock.now())).isEqualTo(EnrolmentToken.Status.USED);
    assertRefused(ErrorCode.NOT_FOUND, "\"t9\"", () -> tokens.revoke("t9"));
  }

  private EnrolmentToken tokenFor(String id, DeviceId device) {
    Instant now = clock.now();
    return new EnrolmentToken(
        id,
        "digest",
        Optional.of("march"),
        Optional.of(device),
        Optional.empty(),
        Optional.empty(),
        now,
        now.plus(Duration.ofHours(1)),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void theOpenTokensOfADeviceAloneAreRevokedTogether() {
    tokens.add(
        List.of(
            tokenFor("t1", PUMP),
            tokenFor("t2", PUMP),
            tokenFor("t3", PUMP),
            tokenFor("t4", FAN),
            token("t5", Duration.ofHours(1))));
    tokens.use("t2", PUMP);
    assertThat(tokens.revokeOf(PUMP)).isEqualTo(2);
    assertThat(tokens.revokeOf(PUMP)).isZero();
    assertThat(tokens.newest(Optional.of("march"), 9))
        .extracting(t -> t.id() + " " + t.status(clock.now()))
        .containsExactlyInAnyOrder("t1 REVOKED", "t2 USED", "t3 REVOKED", "t4 OPEN", "t5 OPEN");
    clock.advance(Duration.ofHours(2));
    assertThat(tokens.revokeOf(FAN)).isZero();
  }

  @Test
  void refusesATokenThatExistsOrIsOfNoBatch() {
    tokens.add(List.of(token("t1", Duration.ofHours(1))));
    assertRefused(
        ErrorCode.CONFLICT, "\"t1\"", () -> tokens.add(List.of(token("t1", Duration.ofDays(1)))));
    EnrolmentToken stray =
        new EnrolmentToken(
            "t3",
            "digest",
            Optional.of("april"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            clock.now(),
            clock.now(),
            Optional.empty(),
            Optional.empty());
    assertRefused(ErrorCode.NOT_FOUND, "\"april\"", () -> tokens.add(List.of(stray)));
  }

  @Test
  void listsMembersOfOneBatchOnly() {
    batches.create(batch("april"));
    BatchMember pump = BatchMember.listed(PUMP, Optional.of("SN-1"));
    assertThat(batches.addMembers("march", List.of(pump))).isEqualTo(1);
    assertThat(batches.addMembers("march", List.of(pump))).isZero();

    assertThat(batches.bySerialNumber("march", "SN-1").map(BatchMember::device)).contains(PUMP);
    assertThat(batches.member("april", PUMP)).isEmpty();
    assertRefused(
        ErrorCode.CONFLICT, "\"march\"", () -> batches.addMembers("april", List.of(pump)));
    assertRefused(
        ErrorCode.CONFLICT,
        "\"SN-1\"",
        () -> batches.addMembers("march", List.of(BatchMember.listed(FAN, Optional.of("SN-1")))));
    assertRefused(
        ErrorCode.CONFLICT,
        "\"march\"",
        () -> batches.enrolled("april", PUMP, new Enrolled(clock.now(), "token t1")));
    assertRefused(ErrorCode.NOT_FOUND, "\"may\"", () -> batches.addMembers("may", List.of(pump)));
    assertRefused(ErrorCode.CONFLICT, "\"april\"", () -> batches.create(batch("april")));
  }

  @Test
  void notesWhoEnrolledAndLetsHimEnrolAgainWhenTold() {
    batches.addMembers("march", List.of(BatchMember.listed(PUMP, Optional.of("SN-1"))));
    Enrolled how = new Enrolled(clock.now(), "token t1");
    batches.enrolled("march", PUMP, how);
    batches.enrolled("march", FAN, how);

    Instant listed = clock.now();
    BatchMember enrolled =
        new BatchMember(
            PUMP, Optional.of("SN-1"), Optional.of(listed), Optional.of(how), Optional.empty());
    assertThat(batches.member("march", PUMP)).contains(enrolled);
    clock.advance(Duration.ofMinutes(3));
    BatchMember.Heard heard = new BatchMember.Heard(Optional.of(listed), clock.now());
    batches.heard(Map.of(PUMP, heard, new DeviceId("stranger"), heard));
    batches.heard(Map.of(PUMP, new BatchMember.Heard(Optional.empty(), clock.now())));
    assertThat(batches.member("march", PUMP))
        .contains(
            new BatchMember(
                PUMP,
                Optional.of("SN-1"),
                Optional.of(listed),
                Optional.of(how),
                Optional.of(heard)));
    assertThat(batches.counts("march")).isEqualTo(new Counts(2, 2));
    assertThat(batches.mayEnrolAgain("march", PUMP).enrolled()).isEmpty();
    assertThat(batches.counts("march")).isEqualTo(new Counts(2, 1));
  }

  @Test
  void pagesThroughTheMembers() {
    batches.addMembers(
        "march",
        List.of(
            BatchMember.listed(PUMP, Optional.empty()), BatchMember.listed(FAN, Optional.empty())));
    Page<BatchMember> first = batches.members("march", Optional.empty(), 1);
    assertThat(first.items()).extracting(BatchMember::device).containsExactly(FAN);
    Page<BatchMember> second = batches.members("march", first.next(), 1);
    assertThat(second.items()).extracting(BatchMember::device).containsExactly(PUMP);
    assertThat(second.next()).isEmpty();
  }

  @Test
  void aClosedBatchIsClosed() {
    EnrolmentBatch closed = batches.close("march");
    assertThat(closed.isOpen(clock.now())).isFalse();
    assertThat(batches.find("march")).contains(closed);
    assertThat(batches.all()).containsExactly(closed);
  }

  @Test
  void keepsClaimCertificatesAndTheirRevocation() {
    Instant now = clock.now();
    ClaimCertificate claim =
        new ClaimCertificate(
            "c1", "march", "f", "1a", now, now.plus(Duration.ofDays(90)), Optional.empty());
    batches.addClaim(claim);
    assertThat(batches.claim("c1")).contains(claim);
    assertThat(batches.claims("march")).containsExactly(claim);
    assertThat(batches.revokedClaims(now)).isEmpty();

    ClaimCertificate revoked = batches.revokeClaim("march", "c1", RevocationReason.KEY_COMPROMISE);
    assertThat(batches.claim("c1")).contains(revoked);
    assertThat(batches.revokedClaims(now)).containsExactly(revoked);
    assertRefused(
        ErrorCode.NOT_FOUND,
        "\"c1\"",
        () -> batches.revokeClaim("april", "c1", RevocationReason.SUPERSEDED));
  }
}
