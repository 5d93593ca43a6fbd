package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.registry.IssuedCertificate.Revocation;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine of the certificates' inventory does. */
public abstract class CertificatesContract {
  protected static final DeviceId PUMP = new DeviceId("pump-1");
  private static final DeviceId FAN = new DeviceId("fan-1");

  protected final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  protected Registry registry;
  private Certificates certificates;

  protected abstract Registry open() throws Exception;

  @BeforeEach
  void openWithTwoDevices() throws Exception {
    registry = open();
    registry.saveProduct(RegistryFixtures.model("meter"));
    for (DeviceId id : List.of(PUMP, FAN)) {
      registry.createDevice(new NewDevice(id, "meter", "", Map.of(), Optional.empty()));
    }
    certificates = registry.certificates();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  protected IssuedCertificate certificate(String serial, DeviceId device, String key, int days) {
    Instant from = clock.now();
    Instant to = from.plus(Duration.ofDays(days));
    return new IssuedCertificate(
        serial, device, key, "P-256", "f-" + serial, "1a", from, to, Optional.empty());
  }

  @Test
  void findsWhatWasAddedBySerialAndByDeviceNewestFirst() {
    IssuedCertificate first = certificate("a1", PUMP, "k1", 30);
    certificates.add(first);
    clock.advance(Duration.ofDays(20));
    IssuedCertificate second = certificate("a2", PUMP, "k1", 30);
    certificates.add(second);
    certificates.add(certificate("b1", FAN, "k2", 30));

    assertThat(certificates.find("a1")).contains(first);
    assertThat(certificates.find("a9")).isEmpty();
    assertThat(certificates.of(PUMP)).containsExactly(second, first);
    assertThat(certificates.countValid(clock.now())).isEqualTo(3);
  }

  @Test
  void refusesAKeyThatAnotherDeviceHasAndASerialThatExists() {
    certificates.add(certificate("a1", PUMP, "k1", 30));

    assertConflict(certificate("b1", FAN, "k1", 30), "\"pump-1\"");
    assertConflict(certificate("a1", PUMP, "k1", 30), "\"a1\"");
    assertThat(certificates.of(FAN)).isEmpty();
  }

  private void assertConflict(IssuedCertificate certificate, String named) {
    assertThatThrownBy(() -> certificates.add(certificate))
        .isInstanceOf(VagusException.class)
        .hasMessageContaining(named)
        .extracting(e -> ((VagusException) e).code())
        .isEqualTo(ErrorCode.CONFLICT);
  }

  @Test
  void revokesOnceAndTellsWhoListens() {
    List<String> heard = new ArrayList<>();
    registry.addListener(
        new RegistryListener() {
          @Override
          public void deviceBarred(DeviceId device) {}

          @Override
          public void applicationChanged(String name) {}

          @Override
          public void certificateRevoked(DeviceId device, String serial) {
            heard.add(device + " " + serial);
          }
        });
    certificates.add(certificate("a1", PUMP, "k1", 30));
    Instant when = clock.now();

    IssuedCertificate revoked = certificates.revoke(PUMP, "a1", RevocationReason.KEY_COMPROMISE);
    clock.advance(Duration.ofDays(1));
    certificates.revoke(PUMP, "a1", RevocationReason.SUPERSEDED);

    assertThat(revoked.revocation())
        .contains(new Revocation(when, RevocationReason.KEY_COMPROMISE));
    assertThat(certificates.find("a1")).contains(revoked);
    assertThat(certificates.revoked(clock.now())).containsExactly(revoked);
    assertThat(certificates.revoked(clock.now().plus(Duration.ofDays(40)))).isEmpty();
    assertThat(certificates.countValid(clock.now())).isZero();
    assertThat(heard).contains("pump-1 a1");
  }

  @Test
  void revokesOnlyTheCertificateOfTheDeviceNamed() {
    certificates.add(certificate("a1", PUMP, "k1", 30));

    assertThatThrownBy(() -> certificates.revoke(FAN, "a1", RevocationReason.UNSPECIFIED))
        .isInstanceOf(VagusException.class)
        .extracting(e -> ((VagusException) e).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(certificates.find("a1").orElseThrow().revocation()).isEmpty();
  }

  @Test
  void listsThoseThatEndSoonestFirst() {
    certificates.add(certificate("a1", PUMP, "k1", 30));
    certificates.add(certificate("a2", PUMP, "k1", 10));
    certificates.add(certificate("a3", PUMP, "k1", 5));
    certificates.revoke(PUMP, "a3", RevocationReason.SUPERSEDED);

    Instant now = clock.now();
    assertThat(serials(certificates.ending(now, now.plus(Duration.ofDays(60)), 10)))
        .containsExactly("a2", "a1");
    assertThat(serials(certificates.ending(now, now.plus(Duration.ofDays(60)), 1)))
        .containsExactly("a2");
    assertThat(serials(certificates.ending(now, now.plus(Duration.ofDays(9)), 10))).isEmpty();
  }

  @Test
  void aDeletedDevicesCertificatesStayAndAreRevoked() {
    certificates.add(certificate("a1", PUMP, "k1", 30));
    registry.deleteDevice(PUMP);
    registry.createDevice(new NewDevice(PUMP, "meter", "", Map.of(), Optional.empty()));

    assertThat(certificates.find("a1").orElseThrow().revocation().orElseThrow().reason())
        .isEqualTo(RevocationReason.CESSATION_OF_OPERATION);
  }

  private static List<String> serials(List<IssuedCertificate> certificates) {
    return certificates.stream().map(IssuedCertificate::serial).toList();
  }

  @Test
  void countsDevicesByTheIssuerOfTheirNewestCertificate() {
    certificates.add(issuedBy("one", "a1", PUMP, 30));
    certificates.add(issuedBy("one", "b1", FAN, 30));
    clock.advance(Duration.ofDays(20));
    certificates.add(issuedBy("two", "a2", PUMP, 30));

    assertThat(certificates.devicesByIssuer(clock.now())).isEqualTo(Map.of("one", 1L, "two", 1L));

    certificates.revoke(PUMP, "a2", RevocationReason.SUPERSEDED);
    assertThat(certificates.devicesByIssuer(clock.now())).isEqualTo(Map.of("one", 2L));
    assertThat(certificates.devicesByIssuer(clock.now().plus(Duration.ofDays(11)))).isEmpty();
  }

  @Test
  void countsTheDevicesWhoseNewestEndsOnADay() {
    certificates.add(certificate("a1", PUMP, "k1", 30));
    certificates.add(certificate("b1", FAN, "k2", 30));
    LocalDate first = LocalDate.ofInstant(clock.now().plus(Duration.ofDays(30)), ZoneOffset.UTC);
    assertThat(certificates.devicesByEnd()).isEqualTo(Map.of(first, 2L));

    clock.advance(Duration.ofDays(25));
    certificates.add(certificate("a2", PUMP, "k1", 30));
    assertThat(certificates.devicesByEnd()).isEqualTo(Map.of(first, 1L, first.plusDays(25), 1L));
    certificates.revoke(FAN, "b1", RevocationReason.SUPERSEDED);
    assertThat(certificates.devicesByEnd()).isEqualTo(Map.of(first.plusDays(25), 1L));
    assertThat(certificates.devicesByEnd(FAN::equals)).isEmpty();
    assertThat(certificates.devicesByEnd(PUMP::equals)).isEqualTo(Map.of(first.plusDays(25), 1L));
  }

  @Test
  void ofOneSecondTheLastOneAddedIsTheNewestWhateverItsSerialNumber() {
    certificates.add(issuedBy("one", "c3", PUMP, 30));
    certificates.add(issuedBy("two", "a1", PUMP, 30));
    certificates.add(issuedBy("three", "b2", PUMP, 20));
    Instant now = clock.now();
    assertThat(serials(certificates.of(PUMP))).containsExactly("b2", "a1", "c3");
    assertThat(certificates.devicesByIssuer(now)).isEqualTo(Map.of("three", 1L));

    certificates.revoke(PUMP, "b2", RevocationReason.SUPERSEDED);
    assertThat(certificates.devicesByIssuer(now)).isEqualTo(Map.of("two", 1L));
    assertThat(serials(certificates.newestEnding(now, now.plus(Duration.ofDays(31)), 9)))
        .containsExactly("a1");
  }

  /** A clock that was wrong and is put right issues before what it issued before. */
  @Test
  void theNewestIsTheLastOneAddedWhenTheClockWentBack() {
    certificates.add(issuedBy("one", "a1", PUMP, 30));
    clock.advance(Duration.ofDays(-3));
    certificates.add(issuedBy("two", "a2", PUMP, 30));
    assertThat(certificates.devicesByIssuer(clock.now())).isEqualTo(Map.of("two", 1L));
  }

  @Test
  void listsOfEachDeviceItsNewestThatEndsSoon() {
    certificates.add(certificate("a1", PUMP, "k1", 30));
    certificates.add(certificate("b1", FAN, "k2", 30));
    clock.advance(Duration.ofDays(25));
    certificates.add(certificate("a2", PUMP, "k1", 30));
    Instant now = clock.now();

    assertThat(serials(certificates.newestEnding(now, now.plus(Duration.ofDays(10)), 9)))
        .containsExactly("b1");
    assertThat(serials(certificates.newestEnding(now, now.plus(Duration.ofDays(40)), 1)))
        .containsExactly("b1");
    certificates.revoke(PUMP, "a2", RevocationReason.SUPERSEDED);
    assertThat(serials(certificates.newestEnding(now, now.plus(Duration.ofDays(10)), 9)))
        .containsExactlyInAnyOrder("a1", "b1");
    assertThat(certificates.sharedKeys(9)).isEmpty();
  }

  private IssuedCertificate issuedBy(String issuer, String serial, DeviceId device, int days) {
    IssuedCertificate c = certificate(serial, device, "key of " + device, days);
    return new IssuedCertificate(
        serial,
        device,
        c.key(),
        c.keyKind(),
        c.fingerprint(),
        issuer,
        c.notBefore(),
        c.notAfter(),
        Optional.empty());
  }
}
