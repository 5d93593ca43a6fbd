package io.vagus.trust;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Actor;
import io.vagus.registry.BatchMember.Enrolled;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.GroupRules;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.Secret;
import io.vagus.registry.Subject;
import io.vagus.trust.DeviceCertificates.Issued;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How devices that have no credential yet get one: by token, by their batch's claim certificate, or
 * by the identity of their hardware. What is made for one, and that the token is used, becomes
 * durable together. Calls may block on disk. Thread-safe.
 */
public final class Enrolment {
  private static final System.Logger LOG = System.getLogger(Enrolment.class.getName());

  private final DeviceCertificates authority;
  private final Registry registry;
  private final Admission admission;
  private final ProvisioningTokens tokens;
  private final Refusals refusals;
  private final RefusalNotes notes;
  private final WallClock clock;
  private final MeterRegistry meters;

  Enrolment(
      DeviceCertificates authority,
      Registry registry,
      VendorRoots vendors,
      Refusals refusals,
      WallClock clock,
      MeterRegistry meters) {
    this.authority = authority;
    this.registry = registry;
    this.admission = new Admission(registry, vendors);
    this.tokens = new ProvisioningTokens(registry, clock);
    this.refusals = refusals;
    this.notes = new RefusalNotes(registry.events(), clock);
    this.clock = clock;
    this.meters = meters;
  }

  public ProvisioningTokens tokens() {
    return tokens;
  }

  /** Who shows a token. */
  public Identity identify(String token) {
    Identity identity = tokens.judge(token);
    if (identity instanceof Identity.Refused refused) {
      refusals.count(refused.reason());
      if (refused.reason() != Refusal.TOKEN_UNKNOWN) {
        Subject subject = Subject.enrolmentToken(ProvisioningTokens.id(token));
        notes.refused(subject, refused.reason(), refused.why());
      }
    }
    return identity;
  }

  private static Subject subject(Enrollee who) {
    return switch (who) {
      case Enrollee.Known known -> Subject.device(known.device());
      case Enrollee.ByToken(String id) -> Subject.enrolmentToken(id);
      case Enrollee.ByClaim claim -> Subject.batch(claim.batch());
      case Enrollee.ByHardware hardware -> new Subject("hardware", hardware.fingerprint());
    };
  }

  /** Makes a batch; refuses a vendor's root that is none. */
  public void createBatch(EnrolmentBatch batch) {
    batch.vendorRoot().ifPresent(VendorRoots::certificate);
    if (registry.model(batch.product()).isEmpty()) {
      throw new VagusException(
          ErrorCode.NOT_FOUND, "product: \"" + batch.product() + "\" does not exist");
    }
    batch.group().ifPresent(group -> GroupRules.requireStatic(registry.groups(), "group", group));
    registry.batches().create(batch);
  }

  /**
   * The certificate for which a request asks.
   *
   * @param device that is to be; empty: the one that the request names
   */
  public Issued enrol(Enrollee who, Optional<DeviceId> device, byte[] request) {
    SigningRequest asked = SigningRequest.read(request);
    if (who instanceof Enrollee.Known known) {
      return Actor.device(known.device()).call(() -> authority.issue(known.device(), request));
    }
    return counted(
        who,
        () -> device.orElseGet(() -> named(who, asked)),
        id -> {
          asked.requireNames(id, alias(who));
          return authority.issue(admitted(who, id, Optional.of(asked.keyDigest())), asked);
        });
  }

  private DeviceId named(Enrollee who, SigningRequest asked) {
    return who instanceof Enrollee.ByHardware hardware
        ? admission.device(hardware)
        : asked.device();
  }

  private static Optional<String> alias(Enrollee who) {
    return who instanceof Enrollee.ByHardware hardware
        ? Optional.of(hardware.serialNumber())
        : Optional.empty();
  }

  /** A secret in place of a certificate, for devices that cannot make a request. */
  public Secret enrolBySecret(Enrollee who, DeviceId device) {
    if (who instanceof Enrollee.Known) {
      throw new VagusException(
          ErrorCode.ENROLMENT_REFUSED, "has a credential (expected: a token, or a request)");
    }
    return counted(
        who,
        () -> device,
        id -> {
          Secret secret = Secret.Generated.make();
          registry.rotateSecret(admitted(who, id, Optional.empty()).id(), secret);
          return secret;
        });
  }

  private <T> T counted(Enrollee who, Supplier<DeviceId> device, Function<DeviceId, T> work) {
    T made =
        refusable(
            who,
            enrollee -> {
              DeviceId id = device.get();
              return Actor.device(id).call(() -> registry.together(() -> work.apply(id)));
            });
    Counter.builder("vagus.trust.enrolments")
        .description("Devices that enrolled by themselves")
        .tag("way", who.way())
        .register(meters)
        .increment();
    return made;
  }

  /** What is refused on the way is counted and noted. */
  <E extends Enrollee, T> T refusable(E who, Function<E, T> work) {
    try {
      return work.apply(who);
    } catch (EnrolmentRefused e) {
      refusals.count(e.reason());
      notes.refused(subject(who), e.reason(), String.valueOf(e.getMessage()));
      throw new VagusException(e.reason().code(), String.valueOf(e.getMessage()), e);
    }
  }

  private Device admitted(Enrollee who, DeviceId id, Optional<String> key) {
    Instant now = clock.now();
    Admission.Granted granted = admission.judge(who, id, key, now);
    Device device = registry.device(id).orElseGet(() -> make(granted));
    if (!device.status().mayConnect()) {
      throw Refusal.of(device).because("device " + id + " is " + Refusal.word(device));
    }
    granted
        .batch()
        .ifPresent(b -> registry.batches().enrolled(b, id, new Enrolled(now, granted.by())));
    LOG.log(System.Logger.Level.INFO, "device {0} enrols by {1}", id, granted.by());
    return device;
  }

  private Device make(Admission.Granted granted) {
    String product =
        granted
            .product()
            .orElseThrow(() ->
                Refusal.NOT_REGISTERED.because(
                    "device " + granted.device() + " does not exist, and no product was said"));
    Map<String, String> tags = granted.batch().map(b -> Map.of("batch", b)).orElse(Map.of());
    return registry.createDevice(
        new NewDevice(
            granted.device(),
            product,
            "",
            tags,
            Optional.empty(),
            Optional.empty(),
            granted.group(),
            Map.of(),
            Optional.empty()));
  }

  /** A claim certificate that was just made. */
  public record IssuedClaim(ClaimCertificate entry, X509Certificate certificate) {

    public String pem() {
      return DeviceCertificates.pem(certificate);
    }
  }

  /**
   * Issues a claim certificate for a key that all devices of the batch will share.
   *
   * @param request PKCS #10 that names the batch
   */
  public IssuedClaim claim(String batch, byte[] request, Duration lifetime) {
    EnrolmentBatch known =
        registry
            .batches()
            .find(batch)
            .orElseThrow(() ->
                new VagusException(ErrorCode.NOT_FOUND, "batch: \"" + batch + "\" does not exist"));
    SigningRequest asked = SigningRequest.read(request);
    asked.requireNames(new DeviceId(known.id()), Optional.empty());
    Authority signer = authority.current();
    Instant now = clock.now();
    X509Certificate certificate =
        signer.issuer().signClaim(asked.key(), batch, now, now.plus(lifetime));
    ClaimCertificate entry =
        new ClaimCertificate(
            Serials.of(certificate),
            batch,
            Digests.of(certificate),
            signer.serial(),
            certificate.getNotBefore().toInstant(),
            certificate.getNotAfter().toInstant(),
            Optional.empty());
    registry.batches().addClaim(entry);
    return new IssuedClaim(entry, certificate);
  }
}
