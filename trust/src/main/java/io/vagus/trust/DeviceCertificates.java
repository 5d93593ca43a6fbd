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
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificate authority at work: issues device certificates, and says whom one proves. Calls
 * may block on disk. Thread-safe; the issuer's key is read when it first signs.
 */
public final class DeviceCertificates {
  private static final int MAX_PER_DAY = 10;

  private final Authorities authorities;
  private final TrustConfig config;
  private final Registry registry;
  private final WallClock clock;
  private final Refusals refusals;
  private final VendorRoots vendors;
  private final ClientTrust clients;
  private final CertificateStates states;
  private final Identification identification;
  private final Counter issued;
  private final Enrolment enrolment;
  private final EstServer est;
  private final Rollover rollover;
  private final TpmEnrolment tpm;

  private DeviceCertificates(
      CaFolder files,
      TrustConfig config,
      Registry registry,
      WallClock clock,
      MeterRegistry meters) {
    this.authorities = new Authorities(files);
    this.config = config;
    this.registry = registry;
    this.clock = clock;
    this.refusals = new Refusals(meters);
    this.vendors = new VendorRoots(registry.batches());
    this.clients = new ClientTrust(authorities, vendors, clock, refusals);
    this.identification = new Identification(authorities, vendors, registry, config.grace(), clock);
    this.states = new CertificateStates(authorities, registry, clock);
    this.issued =
        Counter.builder("vagus.trust.certificates.issued")
            .description("Device certificates issued")
            .register(meters);
    this.enrolment = new Enrolment(this, registry, vendors, refusals, clock, meters);
    this.tpm = new TpmEnrolment(vendors, enrolment, clock);
    this.est = new EstServer(this, meters);
    this.rollover = new Rollover(authorities, registry, config.grace(), clock);
    registry.addListener(vendors);
    rollover.note();
  }

  /** For how long after its end a certificate may still be renewed with. */
  public Duration grace() {
    return config.grace();
  }

  /** Where the authority lives in a data folder. */
  public static Path folder(Path data) {
    return data.resolve("trust");
  }

  /** Empty when no authority was made. */
  public static Optional<DeviceCertificates> open(
      Path folder, TrustConfig config, Registry registry, WallClock clock, MeterRegistry meters) {
    CaFolder files = new CaFolder(folder);
    return !files.generations().isEmpty()
        ? Optional.of(new DeviceCertificates(files, config, registry, clock, meters))
        : Optional.empty();
  }

  /** The issuing authority's certificate and its root's. */
  public List<X509Certificate> chain() {
    return List.of(current().certificate(), current().root());
  }

  /** All that devices may have to trust: the current issuer and root first, then those before. */
  public List<X509Certificate> trusted() {
    return authorities.certificates();
  }

  /** How one issuer gives way to the next. */
  public Rollover rollover() {
    return rollover;
  }

  Authority current() {
    return authorities.current();
  }

  /** Where devices get their first credential. */
  public Enrolment enrolment() {
    return enrolment;
  }

  /** Where hardware enrols by its TPM's endorsement key. */
  public TpmEnrolment tpm() {
    return tpm;
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
  public CertificateStates states() {
    return states;
  }

  /**
   * Begins an archive that is signed when it is finished, by a key that {@link #chain} vouches for.
   *
   * @param head what its manifest says of it
   */
  public EvidenceArchive evidence(OutputStream out, Map<String, String> head) {
    return new EvidenceArchive(EvidenceSigner.make(current(), clock.now()), out, head);
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
    SigningRequest asked = SigningRequest.read(request);
    asked.requireNames(id, Optional.empty());
    return issue(device, asked);
  }

  /** What was asked for in the device's own name. */
  Issued issue(Device device, SigningRequest asked) {
    DeviceId id = device.id();
    device
        .status()
        .refusal()
        .ifPresent(code -> {
          throw new VagusException(code, "device: \"" + id + "\" is " + Refusal.word(device));
        });
    Instant now = clock.now();
    requireNotTooMany(id, now);
    Authority signer = current();
    X509Certificate certificate =
        signer.issuer().sign(asked.key(), id, now, now.plus(config.certificateLifetime()));
    IssuedCertificate entry = entry(id, asked, certificate, signer);
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
      DeviceId id, SigningRequest asked, X509Certificate certificate, Authority signer) {
    return new IssuedCertificate(
        Serials.of(certificate),
        id,
        asked.keyDigest(),
        asked.kind().label(),
        Digests.of(certificate),
        signer.serial(),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        Optional.empty());
  }

  /**
   * Whom it proves, now.
   *
   * @param chain one that {@link #clients} let through, or its like, the client's own first
   */
  public Identity identify(List<X509Certificate> chain) {
    Identity identity = identification.judge(chain);
    if (identity instanceof Identity.Refused refused) {
      refusals.count(refused.reason());
    }
    return identity;
  }

  /** A late one wanted to do more than renew, or named another than itself. */
  public void refused(Refusal reason) {
    refusals.count(reason);
  }
}
