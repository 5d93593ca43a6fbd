package io.vagus.device;

import io.vagus.device.est.EstClient;
import io.vagus.device.est.SigningRequest;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Who a device is, by certificate. The key is on the disk before anybody is asked to sign it, and
 * what is asked for twice with one key is answered twice: a device that dies in between asks again.
 *
 * <pre>
 * nothing ─key made─▶ asking ─certificate─▶ enrolled ─two thirds of its life─▶ due
 *                                              ▲  └─────────── renewed ──────────┘ │
 *                                              └── renewed late ◀── ended ◀────────┘
 * </pre>
 *
 * Asking blocks. Guarded by itself; what is kept may be read meanwhile.
 */
final class Identity implements Supplier<SSLContext> {
  private final String device;
  private final Enrolment enrolment;
  private final Supplier<Instant> clock;
  private final Consumer<String> failures;
  private volatile Optional<Credentials> kept;
  private @Nullable SSLContext context;

  /**
   * @param clock the server's time, as far as it is known
   * @param failures hears why a certificate that still counts was not renewed
   */
  Identity(String device, Enrolment enrolment, Supplier<Instant> clock, Consumer<String> failures) {
    this.device = device;
    this.enrolment = enrolment;
    this.clock = clock;
    this.failures = failures;
    this.kept = Credentials.read(enrolment.file());
  }

  /** What to connect with: it enrols, or renews, when that is due. */
  @Override
  public synchronized SSLContext get() {
    if (certificate().isEmpty()) {
      enrol();
    } else {
      var _ = renewIfDue();
    }
    return context();
  }

  private Optional<X509Certificate> certificate() {
    return kept.flatMap(Credentials::certificate);
  }

  /** With the certificate that it has. */
  private synchronized SSLContext context() {
    SSLContext ready = context;
    if (ready == null) {
      Credentials own = kept.orElseThrow();
      ready =
          Tls.context(
              Tls.trusted(enrolment.authorities(), own.roots()),
              Tls.keys(own.keys().getPrivate(), own.certificate().orElseThrow()));
      context = ready;
    }
    return ready;
  }

  /** When the next renewal is due; empty as long as there is no certificate. */
  Optional<Instant> due() {
    return kept.flatMap(Credentials::due);
  }

  /** When what it has counts no more. */
  Optional<Instant> end() {
    return kept.flatMap(Credentials::end);
  }

  /** True: there is a new one to connect with. One that ended and cannot be renewed is an error. */
  synchronized boolean renewIfDue() {
    Instant now = clock.get();
    if (due().filter(due -> !now.isBefore(due)).isEmpty()) {
      return false;
    }
    try {
      Credentials next = Credentials.make(enrolment.keyKind());
      try (EstClient est = new EstClient(enrolment.server(), context(), device, Optional.empty())) {
        List<X509Certificate> authorities = est.authorities();
        take(next.with(est.renew(SigningRequest.of(device, next.keys())), authorities));
      }
      return true;
    } catch (VagusException e) {
      if (end().filter(now::isAfter).isPresent()) {
        throw e;
      }
      failures.accept("certificate not renewed: " + e.getMessage());
      return false;
    }
  }

  private void enrol() {
    Enrolment.Proof proof =
        enrolment
            .proof()
            .orElseThrow(() ->
                new VagusException(
                    ErrorCode.INVALID_REQUEST,
                    enrolment.file()
                        + ": no certificate, and nothing to get one with (expected: a token, or a"
                        + " claim certificate)"));
    Credentials asking =
        kept.orElseGet(() -> {
          Credentials made = Credentials.make(enrolment.keyKind());
          made.write(enrolment.file());
          return made;
        });
    kept = Optional.of(asking);
    try (EstClient est = client(proof)) {
      List<X509Certificate> authorities = est.authorities();
      take(asking.with(est.enrol(SigningRequest.of(device, asking.keys())), authorities));
    }
  }

  private EstClient client(Enrolment.Proof proof) {
    List<X509Certificate> trusted = Tls.trusted(enrolment.authorities(), List.of());
    return switch (proof) {
      case Enrolment.Proof.Password(String text) ->
          new EstClient(enrolment.server(), Tls.context(trusted, null), device, Optional.of(text));
      case Enrolment.Proof.Claim claim ->
          new EstClient(
              enrolment.server(),
              Tls.context(trusted, Tls.keys(claim.certificate(), claim.key())),
              device,
              Optional.empty());
    };
  }

  private void take(Credentials credentials) {
    credentials.write(enrolment.file());
    kept = Optional.of(credentials);
    context = null;
  }
}
