package io.vagus.trust;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.registry.Actor;
import io.vagus.trust.DeviceCertificates.Issued;
import java.util.List;
import java.util.Optional;

/**
 * Enrolment over secure transport (EST, RFC 7030), but for the transport: what is handed out is
 * DER. Thread-safe.
 */
public final class EstServer {
  /** The field in which a listener tells the API whom it proved. */
  public static final String ENROLLEE_HEADER = "Vagus-Enrollee";

  private static final System.Logger LOG = System.getLogger(EstServer.class.getName());

  private final DeviceCertificates authority;
  private final Seal seal = new Seal();
  private final Counter renewedLate;

  EstServer(DeviceCertificates authority, MeterRegistry meters) {
    this.authority = authority;
    this.renewedLate =
        Counter.builder("vagus.trust.certificates.renewed.late")
            .description("Device certificates renewed after their end, within the grace time")
            .register(meters);
  }

  /** What {@link #enrollee} believes; any other process's seal is worth nothing. */
  public String seal(Enrollee enrollee) {
    return seal.seal(enrollee);
  }

  public Optional<Enrollee> enrollee(String sealed) {
    return seal.open(sealed);
  }

  /** {@code cacerts}: the authority's own certificates. */
  public byte[] authorities() {
    return EstMessages.certsOnly(authority.trusted());
  }

  /** {@code csrattrs}. */
  public byte[] requestAttributes() {
    return EstMessages.requestAttributes();
  }

  /** {@code simpleenroll}: the first certificate, or one more. */
  public byte[] enrol(Enrollee enrollee, byte[] request) {
    if (enrollee instanceof Enrollee.Known(DeviceId device, String serial, boolean late) && late) {
      throw new VagusException(
          ErrorCode.CERTIFICATE_EXPIRED,
          "certificate: has ended (expected: renewal by simplereenroll)");
    }
    Issued issued = authority.enrolment().enrol(enrollee, Optional.empty(), request);
    return EstMessages.certsOnly(List.of(issued.certificate()));
  }

  /** {@code simplereenroll}: also with a certificate that ended lately, which is told apart. */
  public byte[] renew(Enrollee enrollee, byte[] request) {
    if (!(enrollee instanceof Enrollee.Known known)) {
      throw new VagusException(
          ErrorCode.ENROLMENT_REFUSED, "has nothing to renew (expected: simpleenroll)");
    }
    Issued renewed =
        Actor.device(known.device()).call(() -> authority.issue(known.device(), request));
    if (known.late()) {
      renewedLate.increment();
      LOG.log(
          System.Logger.Level.INFO,
          "device {0} renewed certificate {1} after its end: {2}",
          known.device(),
          known.serial(),
          renewed.entry().serial());
    }
    return EstMessages.certsOnly(List.of(renewed.certificate()));
  }
}
