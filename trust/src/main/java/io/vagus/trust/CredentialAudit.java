package io.vagus.trust;

import io.vagus.kit.Durations;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.registry.Certificates;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.Registry;
import io.vagus.registry.SecretInventory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is wrong with the credentials that there are, or soon will be: asked for by pipelines and
 * people, from the tables as they are now. Thread-safe.
 */
public final class CredentialAudit {
  /** Of one kind no more are listed. */
  static final int MOST = 1000;

  /** So many that share a secret are named. */
  private static final int NAMED = 5;

  private static final Duration SOON = Duration.ofDays(3);
  private static final Duration ISSUER_SOON = Duration.ofDays(180);
  private static final Duration ROOT_SOON = Duration.ofDays(365);
  private static final Duration OLDEST_CLAIM = Duration.ofDays(365);

  private final Registry registry;
  private final Optional<DeviceCertificates> authority;
  private final TrustConfig config;
  private final Exposures exposures;
  private final WallClock clock;
  private final CredentialAges ages;

  public CredentialAudit(
      Registry registry,
      Optional<DeviceCertificates> authority,
      TrustConfig config,
      Surroundings around,
      WallClock clock) {
    this.registry = registry;
    this.authority = authority;
    this.config = config;
    this.exposures = new Exposures(registry, authority, around);
    this.clock = clock;
    this.ages = new CredentialAges(registry, config, clock);
  }

  /** How old the credentials are. */
  public CredentialAges ages() {
    return ages;
  }

  /** How bad it is. */
  public enum Level {
    ERROR,
    WARNING
  }

  /** What was looked for. */
  public enum Kind {
    PLAINTEXT_LISTENER,
    SHARED_KEY,
    SHARED_SECRET,
    WEAK_SECRET,
    WEAK_KEY,
    PLAINTEXT_SECRET,
    EXPIRED,
    LOCKED_OUT,
    ENDS_SOON,
    OVER_AGE,
    CA_ENDS,
    CLAIM_OPEN
  }

  /**
   * Something that is wrong.
   *
   * @param subject such as {@code device:pump-7}
   */
  public record Finding(Level level, Kind kind, String subject, String detail) {}

  /** The errors first. */
  public List<Finding> findings() {
    Instant now = clock.now();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(exposures.findings());
    for (String key : registry.certificates().sharedKeys(MOST)) {
      findings.add(error(Kind.SHARED_KEY, "key:" + key, "more than one device has it"));
    }
    chosen(findings);
    ended(findings, now);
    aged(findings, now);
    secrets(findings, now);
    authority.ifPresent(ca -> authorities(findings, ca, now));
    registry.batches().all().forEach(batch -> claims(findings, batch, now));
    findings.sort(Comparator.comparing(Finding::level));
    return findings;
  }

  /** Of those that were set or shown since the start. */
  private void chosen(List<Finding> findings) {
    registry.secrets().shared().stream()
        .limit(MOST)
        .forEach(devices ->
            findings.add(
                error(
                    Kind.SHARED_SECRET,
                    "device:" + devices.getFirst(),
                    "has the secret of "
                        + devices.stream()
                            .skip(1)
                            .limit(NAMED)
                            .map(DeviceId::value)
                            .collect(Collectors.joining(", "))
                        + (devices.size() > NAMED + 1
                            ? " and " + (devices.size() - NAMED - 1) + " more"
                            : ""))));
    for (SecretInventory.Weak weak : registry.secrets().weak(MOST)) {
      findings.add(error(Kind.WEAK_SECRET, "device:" + weak.device(), "secret " + weak.why()));
    }
  }

  /** Chosen secrets that could not be compared: neither set nor shown since the start. */
  public long secretsNotCompared() {
    return registry.secrets().countNotSeen();
  }

  private void ended(List<Finding> findings, Instant now) {
    Certificates certificates = registry.certificates();
    Instant grace = now.minus(config.grace());
    for (IssuedCertificate c : certificates.newestEnding(grace, now.minusMillis(1), MOST)) {
      findings.add(
          warning(
              Kind.EXPIRED,
              device(c),
              "ended at "
                  + c.notAfter()
                  + ", may renew until "
                  + c.notAfter().plus(config.grace())));
    }
    for (IssuedCertificate c :
        certificates.newestEnding(Instant.EPOCH, grace.minusMillis(1), MOST)) {
      findings.add(
          error(Kind.LOCKED_OUT, device(c), "ended at " + c.notAfter() + ", must enrol anew"));
    }
  }

  /** Past two thirds of its life it should have been renewed. */
  private void aged(List<Finding> findings, Instant now) {
    Instant third = now.plus(config.certificateLifetime().dividedBy(3));
    for (IssuedCertificate c : registry.certificates().newestEnding(now, third, MOST)) {
      boolean soon = c.notAfter().isBefore(now.plus(SOON));
      Kind kind = soon ? Kind.ENDS_SOON : Kind.OVER_AGE;
      String age =
          Durations.format(Duration.ofSeconds(Duration.between(c.notBefore(), now).toSeconds()));
      findings.add(warning(kind, device(c), "is " + age + " old and ends at " + c.notAfter()));
    }
  }

  /** One of unknown age is as old as the release that began to note it, or older. */
  private void secrets(List<Finding> findings, Instant now) {
    Instant oldest = now.minus(config.secretMaxAge());
    for (SecretInventory.Held held : registry.secrets().setBefore(oldest, MOST)) {
      held.setAt()
          .ifPresent(at ->
              findings.add(
                  warning(
                      Kind.OVER_AGE,
                      "device:" + held.device(),
                      "secret was set at "
                          + at
                          + " (expected: at most "
                          + Durations.format(config.secretMaxAge())
                          + " old)")));
    }
  }

  private static void authorities(List<Finding> findings, DeviceCertificates ca, Instant now) {
    for (Rollover.Generation g : ca.rollover().generations()) {
      ends(
          findings,
          "issuer:" + g.serial(),
          g.issuer(),
          g.current() ? ISSUER_SOON : Duration.ZERO,
          now);
    }
    X509Certificate root = ca.chain().getLast();
    ends(findings, "root:" + Digests.of(root), root, ROOT_SOON, now);
  }

  private static void ends(
      List<Finding> findings, String what, X509Certificate authority, Duration soon, Instant now) {
    Instant end = authority.getNotAfter().toInstant();
    if (now.isAfter(end)) {
      findings.add(error(Kind.CA_ENDS, what, "ended at " + end + " (expected: ./vagus ca renew)"));
    } else if (now.plus(soon).isAfter(end)) {
      findings.add(warning(Kind.CA_ENDS, what, "ends at " + end + " (expected: ./vagus ca renew)"));
    }
  }

  /** What many share must not be left lying about. */
  private void claims(List<Finding> findings, EnrolmentBatch batch, Instant now) {
    for (ClaimCertificate claim : registry.batches().claims(batch.id())) {
      boolean open = claim.revocation().isEmpty() && now.isBefore(claim.notAfter());
      boolean old = claim.notBefore().isBefore(now.minus(OLDEST_CLAIM));
      if (open && (old || !batch.isOpen(now))) {
        findings.add(
            warning(
                Kind.CLAIM_OPEN,
                "batch:" + batch.id(),
                "claim certificate "
                    + claim.serial()
                    + " is valid until "
                    + claim.notAfter()
                    + (old ? ", older than a year" : ", and the batch is closed")));
      }
    }
  }

  private static String device(IssuedCertificate c) {
    return "device:" + c.device();
  }

  static Finding error(Kind kind, String subject, String detail) {
    return new Finding(Level.ERROR, kind, subject, detail);
  }

  static Finding warning(Kind kind, String subject, String detail) {
    return new Finding(Level.WARNING, kind, subject, detail);
  }
}
