package io.vagus.trust;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DevicePatch;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authority at work: issues device certificates, and says whom one proves. Calls
 * may block on disk. Thread-safe; the issuer's key is read when it first signs.
 */
public final class DeviceCertificates {
  private static final int MAX_PER_DAY = 10;

  private final CaFolder files;
  private final TrustConfig config;
  private final Registry registry;
  private final WallClock clock;
  private final X509Certificate root;
  private final X509Certificate issuerCertificate;
  private final Refusals refusals;
  private final ClientTrust clients;
  private final Counter issued;
  private final EstServer est;
  private @Nullable Issuer issuer;
  private @Nullable CertificateStates states;

  private DeviceCertificates(
      CaFolder files,
      TrustConfig config,
      Registry registry,
      WallClock clock,
      MeterRegistry meters) {
    this.files = files;
    this.config = config;
    this.registry = registry;
    this.clock = clock;
    this.root = files.certificate(files.root());
    this.issuerCertificate = files.certificate(files.issuer());
    this.refusals = new Refusals(meters);
    this.clients = new ClientTrust(issuerCertificate, root, clock, refusals);
    this.issued =
        Counter.builder("vagus.trust.certificates.issued")
            .description("Device certificates issued")
            .register(meters);
    this.est = new EstServer(this, meters);
  }

  /** Where the authority lives in a data folder. */
  public static Path folder(Path data) {
    return data.resolve("trust");
  }

  /** Empty when no authority was made. */
  public static Optional<DeviceCertificates> open(
      Path folder, TrustConfig config, Registry registry, WallClock clock, MeterRegistry meters) {
    CaFolder files = new CaFolder(folder);
    return files.isComplete()
        ? Optional.of(new DeviceCertificates(files, config, registry, clock, meters))
        : Optional.empty();
  }

  /** The authority's own certificates, the issuer's first. */
  public List<X509Certificate> chain() {
    return List.of(issuerCertificate, root);
  }

  /** What TLS listeners ask of client certificates. */
  public X509ExtendedTrustManager clients() {
    return clients;
  }

  /** Where devices enrol by themselves. */
  public EstServer est() {
    return est;
  }

  /** What is told of single certificates, and of all that were revoked. */
  public synchronized CertificateStates states() {
    CertificateStates known = states;
    if (known == null) {
      known =
          new CertificateStates(
              issuerCertificate, issuer().signer(), registry.certificates(), clock);
      states = known;
    }
    return known;
  }

  /** A certificate that was just made. */
  public record Issued(IssuedCertificate entry, X509Certificate certificate) {

    public String pem() {
      return DeviceCertificates.pem(certificate);
    }
  }

  /** As text (RFC 7468). */
  public static String pem(X509Certificate certificate) {
    try {
      return Pem.encode("CERTIFICATE", certificate.getEncoded());
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }

  /** As the inventory knows it. */
  public static String serial(X509Certificate certificate) {
    return Serials.of(certificate);
  }

  /** SHA-256, hexadecimal. */
  public static String fingerprint(X509Certificate certificate) {
    return Digests.of(certificate);
  }

  /**
   * Issues what the request asks for, if it is the device's own and in order.
   *
   * @param request PKCS #10, DER or PEM
   */
  public Issued issue(DeviceId id, byte[] request) {
    Device device =
        registry
            .device(id)
            .orElseThrow(() ->
                new VagusException(ErrorCode.NOT_FOUND, "device: \"" + id + "\" does not exist"));
    if (!device.status().mayConnect()) {
      throw new VagusException(ErrorCode.DEVICE_SUSPENDED, "device: \"" + id + "\" is suspended");
    }
    SigningRequest asked = SigningRequest.read(request, id);
    Instant now = clock.now();
    requireNotTooMany(id, now);
    X509Certificate certificate =
        issuer().sign(asked.key(), id, now, now.plus(config.certificateLifetime()));
    IssuedCertificate entry = entry(id, asked, certificate);
    registry.certificates().add(entry);
    if (device.status() == Device.Status.REGISTERED) {
      registry.updateDevice(
          id, DevicePatch.NOTHING.withStatus(Device.Status.PROVISIONED), OptionalLong.empty());
    }
    issued.increment();
    return new Issued(entry, certificate);
  }

  private void requireNotTooMany(DeviceId id, Instant now) {
    Instant yesterday = now.minus(Duration.ofDays(1));
    long lately =
        registry.certificates().of(id).stream()
            .filter(c -> c.notBefore().isAfter(yesterday))
            .count();
    if (lately >= MAX_PER_DAY) {
      throw new VagusException(
          ErrorCode.QUOTA_EXCEEDED,
          "certificates: " + lately + " within a day (expected: <= " + MAX_PER_DAY + ")");
    }
  }

  private static IssuedCertificate entry(
      DeviceId id, SigningRequest asked, X509Certificate certificate) {
    return new IssuedCertificate(
        Serials.of(certificate),
        id,
        Digests.of(asked.key().getEncoded()),
        asked.kind().label(),
        Digests.of(certificate),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        Optional.empty());
  }

  private synchronized Issuer issuer() {
    Issuer opened = issuer;
    if (opened == null) {
      opened = Issuer.open(files, issuerCertificate);
      issuer = opened;
    }
    return opened;
  }

  /**
   * Whom it proves, now.
   *
   * @param certificate one that {@link #clients} let through, or its like
   */
  public Identity identify(X509Certificate certificate) {
    Identity identity = judge(certificate);
    if (identity instanceof Identity.Refused refused) {
      refusals.count(refused.reason());
    }
    return identity;
  }

  private Identity judge(X509Certificate certificate) {
    Optional<IssuedCertificate> entry = registry.certificates().find(Serials.of(certificate));
    if (entry.isEmpty() || !entry.get().fingerprint().equals(Digests.of(certificate))) {
      return new Identity.Refused(Refusal.NOT_ISSUED, "certificate: is not in the inventory");
    }
    Instant now = clock.now();
    Instant end = entry.get().notAfter();
    if (entry.get().revocation().isPresent()) {
      return new Identity.Refused(
          Refusal.REVOKED, "certificate: revoked at " + entry.get().revocation().get().at());
    }
    if (now.isAfter(end.plus(config.grace()))) {
      return new Identity.Refused(Refusal.EXPIRED, "certificate: ended at " + end);
    }
    Optional<Device> device = registry.device(entry.get().device());
    if (device.isEmpty() || !device.get().status().mayConnect()) {
      return new Identity.Refused(
          Refusal.DEVICE_BARRED, "device: \"" + entry.get().device() + "\" may not connect");
    }
    String serial = entry.get().serial();
    return now.isAfter(end)
        ? new Identity.Late(device.get(), serial)
        : new Identity.Proved(device.get(), serial);
  }

  /** A late one wanted to do more than renew, or named another than itself. */
  public void refused(Refusal reason) {
    refusals.count(reason);
  }
}
