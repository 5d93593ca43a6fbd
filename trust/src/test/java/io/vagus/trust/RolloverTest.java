package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.RevocationReason;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issuer and root give way to new ones while a fleet lives on, parts of it asleep for months. */
class RolloverTest {
  private static final int DEVICES = 60;
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration GRACE = Duration.ofDays(120);
  private static final char[] PASSPHRASE = "a long passphrase".toCharArray();

  @TempDir Path folder;
  private CaFixture ca;
  private DeviceCertificates certificates;
  private final List<Member> fleet = new ArrayList<>();

  /** A device that renews at two thirds of its certificate's life, when it is awake. */
  private final class Member {
    private final DeviceId id;
    private final byte[] request;
    private final int asleepFrom;
    private final int asleepUntil;
    private X509Certificate own;

    Member(int number, int asleepFrom, int asleepDays) throws Exception {
      id = new DeviceId("unit-" + number);
      ca.registry.createDevice(new NewDevice(id, "meter", "", Map.of(), Optional.empty()));
      KeyPair key = KeyKind.P256.generate();
      request =
          new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=" + id), key.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
              .getEncoded();
      this.asleepFrom = asleepFrom;
      this.asleepUntil = asleepFrom + asleepDays;
      own = certificates.issue(id, request).certificate();
    }

    void live(int day) throws Exception {
      if (day >= asleepFrom && day < asleepUntil) {
        return;
      }
      Identity identity = connect();
      if (identity instanceof Identity.Late || isTimeToRenew()) {
        own = certificates.issue(id, request).certificate();
        assertThat(connect()).isInstanceOf(Identity.Proved.class);
      }
    }

    /** As it would over TLS: never refused. */
    private Identity connect() throws CertificateException {
      certificates.clients().checkClientTrusted(new X509Certificate[] {own}, "EC");
      Identity identity = certificates.identify(List.of(own));
      assertThat(identity)
          .as(id + " with a certificate until " + own.getNotAfter())
          .isInstanceOfAny(Identity.Proved.class, Identity.Late.class);
      return identity;
    }

    private boolean isTimeToRenew() {
      Instant from = own.getNotBefore().toInstant();
      Duration life = Duration.between(from, own.getNotAfter().toInstant());
      return ca.clock.now().isAfter(from.plus(life.multipliedBy(2).dividedBy(3)));
    }
  }

  @BeforeEach
  void start() throws Exception {
    ca = new CaFixture(folder, KeyKind.P256);
    certificates = ca.reopen(new TrustConfig(Duration.ofDays(30), GRACE, Duration.ofDays(365)));
  }

  private void live(int from, int to) throws Exception {
    for (int day = from; day < to; day++) {
      ca.clock.advance(DAY);
      for (Member member : fleet) {
        member.live(day);
      }
    }
  }

  private long onCurrent() {
    return certificates.rollover().generations().getFirst().devices();
  }

  private void assertRefusedToRetire(String serial) {
    CaFixture.assertRefused(
        () -> certificates.rollover().retire(serial, false),
        ErrorCode.CONFLICT,
        "devices still need it");
  }

  @Test
  void nobodyIsLockedOutThoughSomeSleepForMonths() throws Exception {
    long seed = 20261125;
    Random random = new Random(seed);
    for (int i = 0; i < DEVICES; i++) {
      boolean sleeper = i % 4 == 0;
      fleet.add(new Member(i, 5 + random.nextInt(20), sleeper ? 60 + random.nextInt(50) : 0));
    }
    String first = certificates.rollover().generations().getFirst().serial();
    live(0, 20);

    OfflineRoot.renewRoot(
        ca.folder,
        folder.resolve("root.p12"),
        PASSPHRASE,
        folder.resolve("root-2.p12"),
        Optional.empty(),
        ca.clock.now());
    certificates.rollover().reload();
    assertThat(onCurrent()).as("seed " + seed).isZero();
    live(20, 45);
    long awake = onCurrent();
    assertThat(awake).isBetween(DEVICES / 2L, DEVICES - 1L);
    assertRefusedToRetire(first);

    // The second change finds some who have not seen the first.
    OfflineRoot.renewIssuer(
        ca.folder, folder.resolve("root-2.p12"), PASSPHRASE, Optional.empty(), ca.clock.now());
    certificates.rollover().reload();
    live(45, 140);

    assertThat(onCurrent()).isEqualTo(DEVICES);
    assertThat(certificates.rollover().generations()).hasSize(3);
    certificates.rollover().retire(first, false);
    assertThat(certificates.rollover().generations()).hasSize(2);
    Member member = fleet.getFirst();
    member.live(141);
  }

  @Test
  void aRetiredIssuersCertificatesCountNoMore() throws Exception {
    Member member = new Member(1, 0, 0);
    String first = certificates.rollover().generations().getFirst().serial();
    OfflineRoot.renewIssuer(
        ca.folder, folder.resolve("root.p12"), PASSPHRASE, Optional.empty(), ca.clock.now());
    certificates.rollover().reload();
    CaFixture.assertRefused(
        () ->
            certificates
                .rollover()
                .retire(certificates.rollover().generations().getFirst().serial(), false),
        ErrorCode.CONFLICT,
        "is the current one");

    certificates.rollover().retire(first, true);
    Assertions.assertThatThrownBy(() -> member.connect()).isInstanceOf(CertificateException.class);
    assertThat(ca.folder.resolve("issuer.key")).doesNotExist();
    assertThat(ca.reopen(TrustConfig.defaults()).rollover().generations()).hasSize(1);
  }

  @Test
  void whoKnowsOneRootCanCheckWhatTheOtherSigned() throws Exception {
    Member member = new Member(1, 0, 0);
    X509Certificate before = member.own;
    Files.writeString(folder.resolve("before.crt"), DeviceCertificates.pem(before));
    X509Certificate oldIssuer = certificates.chain().getFirst();
    OfflineRoot.renewRoot(
        ca.folder,
        folder.resolve("root.p12"),
        PASSPHRASE,
        folder.resolve("root-2.p12"),
        Optional.empty(),
        ca.clock.now());
    certificates.rollover().reload();
    X509Certificate after = certificates.issue(member.id, member.request).certificate();
    Files.writeString(folder.resolve("after.crt"), DeviceCertificates.pem(after));
    assertThat(certificates.trusted()).hasSize(6).contains(oldIssuer);
    Path oldRoot = ca.folder.resolve("root.crt");
    Path newRoot = ca.folder.resolve("generations/0002/root.crt");
    OpenSsl openssl = new OpenSsl(folder);
    for (Path root : List.of(oldRoot, newRoot)) {
      // Of each issuer the certificate that this root signed: openssl tries no second one.
      var rootName = new CaFolder(ca.folder).certificate(root).getSubjectX500Principal();
      StringBuilder sent = new StringBuilder();
      certificates.trusted().stream()
          .filter(c -> c.getIssuerX500Principal().equals(rootName))
          .forEach(c -> sent.append(DeviceCertificates.pem(c)));
      Files.writeString(folder.resolve("cacerts.pem"), sent.toString());
      for (String name : List.of("before.crt", "after.crt")) {
        assertThat(
                openssl.succeed(
                    "verify",
                    "-attime",
                    Long.toString(ca.clock.now().getEpochSecond() + 60),
                    "-CAfile",
                    root.toString(),
                    "-untrusted",
                    "cacerts.pem",
                    name))
            .contains("OK");
      }
    }
  }

  @Test
  void eachIssuerSignsTheListOfItsOwn() throws Exception {
    Member member = new Member(1, 0, 0);
    String first = certificates.rollover().generations().getFirst().serial();
    ca.registry
        .certificates()
        .revoke(member.id, DeviceCertificates.serial(member.own), RevocationReason.SUPERSEDED);
    OfflineRoot.renewIssuer(
        ca.folder, folder.resolve("root.p12"), PASSPHRASE, Optional.empty(), ca.clock.now());
    certificates.rollover().reload();

    CertificateStates states = certificates.states();
    assertThat(crl(states.revocationList()).getRevokedCertificates()).isNull();
    assertThat(crl(states.revocationList(first).orElseThrow()).getRevokedCertificates()).hasSize(1);
    assertThat(states.revocationList("5f0e")).isEmpty();
  }

  private static X509CRL crl(byte[] der) throws Exception {
    return (X509CRL)
        CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
  }

  @Test
  void refusesAnotherRootsKey() {
    Path elsewhere = folder.resolve("elsewhere");
    OfflineRoot.create(
        elsewhere, folder.resolve("other.p12"), PASSPHRASE, KeyKind.P256, ca.clock.now());
    CaFixture.assertRefused(
        () ->
            OfflineRoot.renewIssuer(
                ca.folder,
                folder.resolve("other.p12"),
                PASSPHRASE,
                Optional.empty(),
                ca.clock.now()),
        ErrorCode.CONFLICT,
        "of another root");
    CaFixture.assertRefused(
        () ->
            OfflineRoot.renewIssuer(
                ca.folder,
                folder.resolve("root.p12"),
                "another passphrase".toCharArray(),
                Optional.empty(),
                ca.clock.now()),
        ErrorCode.INVALID_REQUEST,
        "cannot be read with this passphrase");
  }
}
