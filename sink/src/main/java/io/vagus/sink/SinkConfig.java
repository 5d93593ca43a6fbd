package io.vagus.sink;

import io.vagus.kit.Setting;
import java.nio.file.Path;
import java.time.Duration;

/** What holds for every sink; section {@code sinks}. */
public record SinkConfig(
    @Setting("inside networks that sinks may reach, such as 10.0.0.0/8, separated by commas")
        String allowNetworks,
    @Setting("PEM file of the authorities that webhooks are trusted by; empty: those of the JDK")
        Path caFile,
    @Setting("time after which a delivery that still fails is a dead letter, 1s to 30d")
        Duration giveUp,
    @Setting("dead letters kept of each sink, 1 to 1000000; a sink whose are full stands still")
        int maxDeadLetters) {
  private static final int MOST_DEAD_LETTERS = 1_000_000;

  /** A path that is not set is empty. */
  public SinkConfig {
    var unused = Networks.parse(allowNetworks);
    if (giveUp.compareTo(Duration.ofSeconds(1)) < 0 || giveUp.compareTo(Duration.ofDays(30)) > 0) {
      throw new IllegalArgumentException("give-up: " + giveUp + " (expected: 1s to 30d)");
    }
    if (maxDeadLetters < 1 || maxDeadLetters > MOST_DEAD_LETTERS) {
      throw new IllegalArgumentException(
          "max-dead-letters: " + maxDeadLetters + " (expected: 1 to " + MOST_DEAD_LETTERS + ")");
    }
  }

  /** Nothing inside, a day, ten thousand. */
  public static SinkConfig defaults() {
    return new SinkConfig("", Path.of(""), Duration.ofDays(1), 10_000);
  }
}
