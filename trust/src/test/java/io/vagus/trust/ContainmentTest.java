package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Actor;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Secret;
import io.vagus.registry.Subject;
import io.vagus.trust.Containment.Outcome;
import io.vagus.trust.Containment.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainmentTest {
  private static final DeviceId GHOST = new DeviceId("ghost-1");

  @TempDir Path folder;
  private CaFixture ca;
  private Containment containment;

  @BeforeEach
  void issue() throws Exception {
    ca = new CaFixture(folder, KeyKind.P256);
    containment = new Containment(ca.registry);
    byte[] request = new OpenSsl(folder).request("/CN=pump-1", KeyKind.P256);
    ca.certificates.issue(CaFixture.PUMP, request);
    ca.registry.rotateSecret(CaFixture.PUMP, new Secret.Chosen("correct horse"));
  }

  private List<Outcome> contain(List<DeviceId> devices, String reason) {
    return containment.contain(devices, containment.shutOut(devices), reason);
  }

  private List<Event> events(DeviceId device, String type) {
    EventLog.Filter filter = EventLog.Filter.ALL.withSubject(Subject.device(device)).withType(type);
    return ca.registry.events().events(filter, Optional.empty(), 10).items();
  }

  @Test
  void takesAllThatADeviceCouldConnectWithAndSaysSo() {
    List<Outcome> outcomes =
        Actor.user("ada").call(() -> contain(List.of(CaFixture.PUMP), "stolen"));

    assertThat(outcomes)
        .containsExactly(
            new Outcome(
                CaFixture.PUMP,
                Result.CONTAINED,
                Optional.of(Device.Status.PROVISIONED),
                1,
                0,
                true,
                ""));
    assertThat(ca.registry.device(CaFixture.PUMP).orElseThrow().status())
        .isEqualTo(Device.Status.QUARANTINED);
    assertThat(ca.registry.certificates().of(CaFixture.PUMP))
        .allMatch(c -> c.revocation().isPresent());
    Event event = events(CaFixture.PUMP, "breach.contained").getFirst();
    assertThat(event.actor()).isEqualTo(Actor.user("ada"));
    assertThat(event.body()).contains("\"reason\":\"stolen\"", "\"before\":\"provisioned\"");
  }

  @Test
  void doneAgainItDoesWhatIsLeftAndNothingElse() {
    contain(List.of(CaFixture.PUMP), "stolen");
    assertThat(contain(List.of(CaFixture.PUMP), "stolen").getFirst().result())
        .isEqualTo(Result.ALREADY);
    assertThat(events(CaFixture.PUMP, "breach.contained")).hasSize(1);

    ca.registry.rotateSecret(CaFixture.PUMP, new Secret.Chosen("another horse"));
    Outcome third = contain(List.of(CaFixture.PUMP), "stolen").getFirst();
    assertThat(third.result()).isEqualTo(Result.CONTAINED);
    assertThat(third.secret()).isTrue();
    assertThat(third.certificates()).isZero();
  }

  @Test
  void oneThatFailsKeepsNoneOfTheOthers() {
    List<Outcome> outcomes = contain(List.of(GHOST, CaFixture.FAN), "stolen");
    assertThat(outcomes)
        .extracting(Outcome::result)
        .containsExactly(Result.FAILED, Result.CONTAINED);
    assertThat(outcomes.getFirst().why()).contains("ghost-1");
    assertThat(ca.registry.device(CaFixture.FAN).orElseThrow().status())
        .isEqualTo(Device.Status.QUARANTINED);
  }

  @Test
  void aTokenThatItHadNotUsedYetEnrolsItNoMore() {
    ProvisioningTokens tokens = ca.certificates.enrolment().tokens();
    String token =
        tokens
            .make(
                new TokenOrder(
                    Optional.empty(),
                    Optional.of(CaFixture.PUMP),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofDays(7),
                    1))
            .getFirst()
            .text();
    assertThat(contain(List.of(CaFixture.PUMP), "stolen").getFirst().tokens()).isEqualTo(1);
    ca.registry.updateDevice(
        CaFixture.PUMP, DevicePatch.NOTHING.withStatus(Device.Status.ACTIVE), OptionalLong.empty());
    assertThat(ca.certificates.enrolment().identify(token))
        .isInstanceOfSatisfying(
            Identity.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Refusal.TOKEN_REVOKED));
  }

  @Test
  void itComesBackWithNewCredentialsOnly() throws Exception {
    contain(List.of(CaFixture.PUMP), "stolen");
    byte[] request = new OpenSsl(folder).request("/CN=pump-1", KeyKind.P256);
    CaFixture.assertRefused(
        () -> ca.certificates.issue(CaFixture.PUMP, request),
        ErrorCode.DEVICE_QUARANTINED,
        "pump-1");

    ca.registry.updateDevice(
        CaFixture.PUMP, DevicePatch.NOTHING.withStatus(Device.Status.ACTIVE), OptionalLong.empty());
    assertThat(
            ca.registry
                .credentials()
                .check("pump-1", "correct horse".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(io.vagus.registry.Credentials.Refused.class);
    assertThat(ca.certificates.issue(CaFixture.PUMP, request).entry().revocation()).isEmpty();
  }
}
