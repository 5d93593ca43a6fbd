package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.trust.DeviceCertificates.Issued;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests made with openssl, certificates checked with openssl. */
class IssuingTest {
  private static final DeviceId PUMP = CaFixture.PUMP;

  @TempDir Path data;

  private CaFixture ca(KeyKind kind) {
    return new CaFixture(data, kind);
  }

  private OpenSsl openssl() {
    return new OpenSsl(data);
  }

  @ParameterizedTest
  @EnumSource
  void issuesWhatOpensslVerifiesForTlsClients(KeyKind kind) throws Exception {
    CaFixture ca = ca(kind);
    Issued issued = ca.certificates.issue(PUMP, openssl().request("/CN=pump-1", kind));

    Files.writeString(data.resolve("device.crt"), issued.pem());
    String seconds = Long.toString(ca.clock.now().getEpochSecond());
    String[] verify = {
      "verify",
      "-x509_strict",
      "-attime",
      seconds,
      "-purpose",
      "sslclient",
      "-CAfile",
      "trust/root.crt",
      "-untrusted",
      "trust/issuer.crt",
      "device.crt"
    };
    assertThat(openssl().succeed(verify)).contains("OK");
    verify[5] = "sslserver";
    assertThat(openssl().run(verify).exitCode()).isNotZero();
    assertThat(openssl().succeed("x509", "-in", "device.crt", "-noout", "-text"))
        .contains("CN = pump-1", "URI:urn:vagus:device:pump-1", "TLS Web Client Authentication")
        .contains("CA:FALSE", "Digital Signature");
  }

  @Test
  void theInventoryHoldsItWithItsLifetimeAndARandomSerial() throws Exception {
    CaFixture ca = ca(KeyKind.P256);
    byte[] request = openssl().request("/CN=pump-1", KeyKind.ED25519);
    Issued first = ca.certificates.issue(PUMP, request);
    Issued second = ca.certificates.issue(PUMP, request);

    IssuedCertificate entry = ca.registry.certificates().of(PUMP).getFirst();
    assertThat(Duration.between(ca.clock.now(), entry.notAfter())).isEqualTo(Duration.ofDays(30));
    assertThat(entry.keyKind()).isEqualTo("Ed25519");
    assertThat(first.entry().serial()).hasSize(32).isNotEqualTo(second.entry().serial());
    assertThat(ca.certificates.identify(List.of(first.certificate())))
        .isEqualTo(
            new Identity.Proved(ca.registry.device(PUMP).orElseThrow(), first.entry().serial()));
  }

  @Test
  void anIdTooLongForACommonNameIsInTheAlternativeName() throws Exception {
    CaFixture ca = ca(KeyKind.P256);
    DeviceId device = new DeviceId("d".repeat(128));
    ca.registry.createDevice(new NewDevice(device, "meter", "", Map.of(), Optional.empty()));
    byte[] request =
        openssl()
            .request(
                "/", KeyKind.P256, "-addext", "subjectAltName=URI:" + SubjectUri.ofDevice(device));

    Issued issued = ca.certificates.issue(device, request);

    assertThat(SubjectUri.device(issued.certificate())).contains(device);
    assertThat(issued.certificate().getCriticalExtensionOIDs()).contains("2.5.29.17");
  }

  @Test
  void refusesARequestThatNamesAnotherOrMore() throws Exception {
    CaFixture ca = ca(KeyKind.P256);
    String[][] requests = {
      {"/CN=fan-1"},
      {"/CN=pump-1/O=Admins"},
      {"/CN=pump-1", "-addext", "subjectAltName=URI:urn:vagus:device:fan-1"},
      {"/CN=pump-1", "-addext", "subjectAltName=DNS:broker.example.org"},
      {"/"},
    };
    for (String[] request : requests) {
      byte[] csr =
          openssl()
              .request(request[0], KeyKind.P256, Arrays.copyOfRange(request, 1, request.length));
      CaFixture.assertRefused(
          () -> ca.certificates.issue(PUMP, csr), ErrorCode.INVALID_REQUEST, "csr: ", "CN=pump-1");
    }
    assertThat(ca.registry.certificates().of(PUMP)).isEmpty();
  }

  @Test
  void refusesARequestThatIsNotSignedWithItsKey() throws Exception {
    CaFixture ca = ca(KeyKind.P256);
    openssl().request("/CN=pump-1", KeyKind.P256);
    openssl().succeed("req", "-in", "device.csr", "-outform", "DER", "-out", "device.der");
    byte[] forged = Files.readAllBytes(data.resolve("device.der"));
    int name = indexOf(forged, "pump-1".getBytes(StandardCharsets.US_ASCII));
    forged[name + 5] = '2';
    ca.registry.createDevice(
        new NewDevice(new DeviceId("pump-2"), "meter", "", Map.of(), Optional.empty()));

    CaFixture.assertRefused(
        () -> ca.certificates.issue(new DeviceId("pump-2"), forged),
        ErrorCode.INVALID_REQUEST,
        "proof of possession");
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not in it");
  }

  @Test
  void refusesOtherKindsOfKeys() throws Exception {
    CaFixture ca = ca(KeyKind.P256);
    openssl()
        .succeed(
            "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "rsa.key");
    openssl()
        .succeed(
            "genpkey",
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-384",
            "-out",
            "p384.key");
    for (String key : new String[] {"rsa", "p384"}) {
      byte[] csr = openssl().requestOfKey(key, "/CN=pump-1");
      CaFixture.assertRefused(
          () -> ca.certificates.issue(PUMP, csr),
          ErrorCode.INVALID_REQUEST,
          "expected: P-256 or Ed25519");
    }
  }

  @Test
  void refusesWhatIsHugeOrNoRequestAtAll() {
    CaFixture ca = ca(KeyKind.P256);
    CaFixture.assertRefused(
        () -> ca.certificates.issue(PUMP, new byte[5_000_000]),
        ErrorCode.INVALID_REQUEST,
        "5000000 bytes (expected: <= 16384)");
    for (String junk : new String[] {"", "junk", "-----BEGIN X-----\nAAAA\n-----END X-----"}) {
      CaFixture.assertRefused(
          () -> ca.certificates.issue(PUMP, junk.getBytes(StandardCharsets.US_ASCII)),
          ErrorCode.INVALID_REQUEST,
          "csr: cannot be read");
    }
  }

  @Test
  void refusesAKeyThatAnotherDeviceHas() throws Exception {
    CaFixture ca = ca(KeyKind.P256);
    ca.certificates.issue(PUMP, openssl().request("/CN=pump-1", KeyKind.P256));
    byte[] cloned = openssl().requestOfKey("device", "/CN=fan-1");

    CaFixture.assertRefused(
        () -> ca.certificates.issue(CaFixture.FAN, cloned), ErrorCode.CONFLICT, "\"pump-1\"");
  }

  @Test
  void aClockThatWasMovedPastTheIssuersEndIssuesNothing() throws Exception {
    CaFixture ca = ca(KeyKind.P256);
    byte[] request = openssl().request("/CN=pump-1", KeyKind.P256);
    Instant end = ca.certificates.chain().getFirst().getNotAfter().toInstant();
    ca.clock.advance(Duration.between(ca.clock.now(), end.minus(Duration.ofDays(2))));
    Issued last = ca.certificates.issue(CaFixture.PUMP, request);
    assertThat(last.entry().notAfter()).isEqualTo(end);

    ca.clock.advance(Duration.ofDays(3));
    byte[] another = openssl().request("/CN=fan-1", KeyKind.P256);
    CaFixture.assertRefused(
        () -> ca.certificates.issue(CaFixture.FAN, another),
        ErrorCode.CONFLICT,
        "issuer: ended at",
        "ca renew");
  }

  @Test
  void refusesMoreThanTenADay() throws Exception {
    CaFixture ca = ca(KeyKind.P256);
    byte[] request = openssl().request("/CN=pump-1", KeyKind.P256);
    for (int i = 0; i < 10; i++) {
      assertThat(ca.certificates.issue(PUMP, request)).isNotNull();
    }
    CaFixture.assertRefused(
        () -> ca.certificates.issue(PUMP, request), ErrorCode.QUOTA_EXCEEDED, "expected: <= 10");
    ca.clock.advance(Duration.ofDays(1));
    assertThat(ca.certificates.issue(PUMP, request)).isNotNull();
  }
}
