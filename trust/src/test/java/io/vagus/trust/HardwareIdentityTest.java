package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.registry.BatchMember;
import io.vagus.registry.EnrolmentBatch;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that come with an identity of their vendor's (IDevID), made with openssl. */
class HardwareIdentityTest {
  private static final DeviceId METER = new DeviceId("meter-7");

  @TempDir Path folder;
  private CaFixture ca;
  private OpenSsl openssl;

  @BeforeEach
  void start() throws Exception {
    ca = new CaFixture(folder, KeyKind.P256);
    openssl = new OpenSsl(folder);
    // openssl knows no other time than now.
    ca.clock.advance(Duration.between(ca.clock.now(), WallClock.system().now()).plusDays(1));
    root("vendor");
    root("stranger");
    Files.writeString(
        folder.resolve("ca.ext"),
        "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n");
    Files.writeString(folder.resolve("device.ext"), "keyUsage=critical,digitalSignature\n");
    sign("works", "vendor", "/CN=Works 4", "ca.ext");
    ca.certificates
        .enrolment()
        .createBatch(
            new EnrolmentBatch(
                "meters",
                "meter",
                Optional.empty(),
                10,
                Optional.of(Files.readString(folder.resolve("vendor.crt"))),
                ca.clock.now(),
                Optional.empty()));
    ca.registry
        .batches()
        .addMembers("meters", List.of(BatchMember.listed(METER, Optional.of("SN 0815"))));
  }

  private void root(String name) throws Exception {
    openssl.key(name, KeyKind.P256);
    openssl.succeed(
        "req",
        "-x509",
        "-key",
        name + ".key",
        "-subj",
        "/CN=" + name,
        "-days",
        "20000",
        "-out",
        name + ".crt");
  }

  /** {@code NAME.crt} of a new key. */
  private void sign(String name, String issuer, String subject, String extensions)
      throws Exception {
    openssl.key(name, KeyKind.P256);
    openssl.requestOfKey(name, subject);
    openssl.succeed(
        "x509",
        "-req",
        "-in",
        name + ".csr",
        "-CA",
        issuer + ".crt",
        "-CAkey",
        issuer + ".key",
        "-days",
        "19000",
        "-extfile",
        extensions,
        "-out",
        name + ".crt");
  }

  private X509Certificate[] chain(String... names) throws Exception {
    X509Certificate[] chain = new X509Certificate[names.length];
    for (int i = 0; i < names.length; i++) {
      byte[] pem = Files.readAllBytes(folder.resolve(names[i] + ".crt"));
      chain[i] =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(pem));
    }
    return chain;
  }

  private Enrollee shown(X509Certificate[] chain) throws Exception {
    ca.certificates.clients().checkClientTrusted(chain, "EC");
    Identity identity = ca.certificates.identify(List.of(chain));
    assertThat(identity).isInstanceOf(Identity.Enrolling.class);
    return ((Identity.Enrolling) identity).who();
  }

  private byte[] request(String subject) throws Exception {
    return openssl.request(subject, KeyKind.P256);
  }

  @Test
  void getsItsOwnCertificateWheneverItLikes() throws Exception {
    sign("idevid", "works", "/O=Vendor/serialNumber=SN 0815", "device.ext");
    Enrollee who = shown(chain("idevid", "works"));
    Enrolment enrolment = ca.certificates.enrolment();

    assertThat(enrolment.enrol(who, Optional.empty(), request("/CN=SN 0815")).entry().device())
        .isEqualTo(METER);
    assertThat(enrolment.enrol(who, Optional.empty(), request("/CN=meter-7")).entry().device())
        .isEqualTo(METER);
    assertThat(ca.registry.batches().counts("meters").enrolled()).isEqualTo(1);
  }

  @Test
  void isNoOtherDevice() throws Exception {
    sign("idevid", "works", "/O=Vendor/serialNumber=SN 0815", "device.ext");
    Enrollee who = shown(chain("idevid", "works"));
    CaFixture.assertRefused(
        () ->
            ca.certificates
                .enrolment()
                .enrol(who, Optional.of(CaFixture.PUMP), request("/CN=pump-1")),
        ErrorCode.ENROLMENT_REFUSED,
        "other-device: ");

    sign("unlisted", "works", "/O=Vendor/serialNumber=SN-4711", "device.ext");
    Enrollee stray = shown(chain("unlisted", "works"));
    CaFixture.assertRefused(
        () -> ca.certificates.enrolment().enrol(stray, Optional.empty(), request("/CN=SN-4711")),
        ErrorCode.ENROLMENT_REFUSED,
        "not-listed: ");
  }

  @Test
  void handshakesRefuseChainsThatLeadElsewhereOrNowhere() throws Exception {
    sign("foreign", "stranger", "/serialNumber=SN 0815", "device.ext");
    sign("idevid", "works", "/serialNumber=SN 0815", "device.ext");
    sign("anonymous", "works", "/O=Vendor", "device.ext");
    sign("subordinate", "works", "/serialNumber=SN 0815", "ca.ext");

    assertRefused(Refusal.UNKNOWN_CA, chain("foreign", "stranger"));
    assertRefused(Refusal.UNKNOWN_CA, chain("idevid"));
    assertRefused(Refusal.NO_DEVICE_NAME, chain("anonymous", "works"));
    assertRefused(Refusal.WRONG_USAGE, chain("subordinate", "works"));
  }

  private void assertRefused(Refusal reason, X509Certificate[] chain) {
    double before = ca.refused(reason);
    assertThatThrownBy(() -> ca.certificates.clients().checkClientTrusted(chain, "EC"))
        .isInstanceOf(CertificateException.class);
    assertThat(ca.refused(reason)).isEqualTo(before + 1);
  }

  @Test
  void refusesAVendorsRootThatIsNone() {
    CaFixture.assertRefused(
        () ->
            ca.certificates
                .enrolment()
                .createBatch(
                    new EnrolmentBatch(
                        "b",
                        "meter",
                        Optional.empty(),
                        1,
                        Optional.of("junk"),
                        ca.clock.now(),
                        Optional.empty())),
        ErrorCode.INVALID_REQUEST,
        "vendorRoot");
  }
}
