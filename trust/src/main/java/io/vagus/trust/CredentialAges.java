package io.vagus.trust;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.WallClock;
import io.vagus.registry.Certificates;
import io.vagus.registry.Registry;
import io.vagus.registry.SecretInventory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How old devices' credentials are, counted by bucket: certificates from the beginning of each
 * device's newest, secrets from when they were set. Metrics are a minute old at most. Thread-safe.
 */
public final class CredentialAges {
  private static final List<Integer> BOUNDS_DAYS = List.of(1, 7, 30, 90, 365);
  private static final Duration FRESH = Duration.ofMinutes(1);

  private final Certificates certificates;
  private final SecretInventory secrets;
  private final TrustConfig config;
  private final WallClock clock;
  private List<Ages> known = List.of();
  private Instant knownAt = Instant.EPOCH;

  CredentialAges(Registry registry, TrustConfig config, WallClock clock) {
    this.certificates = registry.certificates();
    this.secrets = registry.secrets();
    this.config = config;
    this.clock = clock;
  }

  /** What devices show. */
  public enum Kind {
    CERTIFICATE,
    SECRET
  }

  /**
   * Those younger than so many days, and not younger than the bucket before.
   *
   * @param underDays {@link Integer#MAX_VALUE} for the last
   */
  public record Bucket(int underDays, long count) {}

  /**
   * The ages of one kind.
   *
   * @param unknown how many were set before that was noted
   * @param overAge how many are older than they should be
   */
  public record Ages(Kind kind, List<Bucket> buckets, long unknown, long overAge) {}

  private interface Counting {
    long between(Instant from, Instant to);
  }

  /** As of now. */
  public List<Ages> ages() {
    Instant now = clock.now();
    Counting byCertificate = (from, to) -> certificates.countNewest(now, from, to);
    Duration twoThirds = config.certificateLifetime().multipliedBy(2).dividedBy(3);
    return List.of(
        new Ages(
            Kind.CERTIFICATE,
            buckets(byCertificate, now),
            0,
            byCertificate.between(Instant.EPOCH, now.minus(twoThirds))),
        new Ages(
            Kind.SECRET,
            buckets(secrets::count, now),
            secrets.countUnknown(),
            secrets.count(Instant.EPOCH, now.minus(config.secretMaxAge()))));
  }

  /** The youngest end in the future: clocks differ. */
  private static List<Bucket> buckets(Counting counting, Instant now) {
    List<Bucket> buckets = new ArrayList<>();
    Instant to = now.plus(Duration.ofDays(1));
    for (int days : BOUNDS_DAYS) {
      Instant from = now.minus(Duration.ofDays(days));
      buckets.add(new Bucket(days, counting.between(from, to)));
      to = from;
    }
    buckets.add(new Bucket(Integer.MAX_VALUE, counting.between(Instant.EPOCH, to)));
    return buckets;
  }

  /** Shows them as metrics. */
  public void register(MeterRegistry meters) {
    for (Kind kind : Kind.values()) {
      for (int i = 0; i <= BOUNDS_DAYS.size(); i++) {
        int bucket = i;
        Gauge.builder(
                "vagus.trust.credentials.age",
                this,
                ages -> ages.recent(kind).buckets().get(bucket).count())
            .description("Devices by the age of their credential: under so many days")
            .tag("kind", word(kind))
            .tag("days", i < BOUNDS_DAYS.size() ? BOUNDS_DAYS.get(i).toString() : "more")
            .register(meters);
      }
      Gauge.builder("vagus.trust.credentials.over.age", this, ages -> ages.recent(kind).overAge())
          .description("Devices whose credential is older than it should be")
          .tag("kind", word(kind))
          .register(meters);
    }
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private synchronized Ages recent(Kind kind) {
    Instant now = clock.now();
    if (known.isEmpty() || now.isAfter(knownAt.plus(FRESH))) {
      known = ages();
      knownAt = now;
    }
    return known.get(kind.ordinal());
  }
}
