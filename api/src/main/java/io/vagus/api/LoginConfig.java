package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.kit.Setting;
import java.time.Duration;

/** Section {@code login}. */
public record LoginConfig(
    @Setting("A session of the console ends so long after its user last did something, 1m to 7d")
        Duration idle,
    @Setting("A session of the console ends so long after it began, 1m to 30d") Duration life,
    @Setting("Wrong passwords of a name at an address that cost no wait, 1 to 1000")
        int wrongPasswords,
    @Setting("Longest wait after wrong passwords; the first is 1 s and each next twice that")
        Duration maxBackoff) {

  public LoginConfig {
    between("idle", idle, Duration.ofMinutes(1), Duration.ofDays(7));
    between("life", life, Duration.ofMinutes(1), Duration.ofDays(30));
    between("max-backoff", maxBackoff, Duration.ofSeconds(1), Duration.ofDays(1));
    if (wrongPasswords < 1 || wrongPasswords > 1000) {
      throw new IllegalArgumentException(
          "wrong-passwords: " + wrongPasswords + " (expected: 1 to 1000)");
    }
  }

  public static LoginConfig defaults() {
    return new LoginConfig(Duration.ofMinutes(30), Duration.ofHours(12), 5, Duration.ofMinutes(5));
  }

  private static void between(String key, Duration value, Duration least, Duration most) {
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
