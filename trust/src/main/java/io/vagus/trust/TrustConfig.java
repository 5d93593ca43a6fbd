package io.vagus.trust;

import io.vagus.kit.Durations;
import io.vagus.kit.Setting;
import java.time.Duration;

/** What the certificate authority grants: section {@code trust}. */
public record TrustConfig(
    @Setting("how long a device's certificate is valid, 1h to 398d; renew at two thirds of it")
        Duration certificateLifetime,
    @Setting("how long after its end a certificate may still renew itself, 0s to 365d")
        Duration grace,
    @Setting("how old a device's secret may be before it is named in audits, 1d to 3650d")
        Duration secretMaxAge) {

  public TrustConfig {
    require("certificate-lifetime", certificateLifetime, Duration.ofHours(1), Duration.ofDays(398));
    require("grace", grace, Duration.ZERO, Duration.ofDays(365));
    require("secret-max-age", secretMaxAge, Duration.ofDays(1), Duration.ofDays(3650));
  }

  public static TrustConfig defaults() {
    return new TrustConfig(Duration.ofDays(30), Duration.ofDays(14), Duration.ofDays(365));
  }

  private static void require(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          key
              + ": "
              + Durations.format(value)
              + " (expected: "
              + Durations.format(least)
              + " to "
              + Durations.format(most)
              + ")");
    }
  }
}
