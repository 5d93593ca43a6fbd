package io.vagus.device;

import io.vagus.device.mqtt.MqttLink;
import io.vagus.kit.VagusException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Renews a device's certificate while it is connected, and lets it connect anew with it: its
 * session and what is under way stay. A failure is tried again within what is left of the
 * certificate's life. One turn at a time.
 */
final class Renewal implements AutoCloseable {
  private static final Duration LEAST_WAIT = Duration.ofSeconds(1);

  /** The device's clock may jump, so that it looks again now and then. */
  private static final Duration MOST_WAIT = Duration.ofHours(1);

  private static final Duration LEAST_PAUSE = Duration.ofMinutes(2);

  /** So often it is tried again until the certificate ends, unless that is more than hourly. */
  private static final int TRIES = 20;

  private final Identity identity;
  private final MqttLink link;
  private final Supplier<Instant> clock;
  private final Turns turns;

  Renewal(Identity identity, MqttLink link, Supplier<Instant> clock) {
    this.identity = identity;
    this.link = link;
    this.clock = clock;
    this.turns = new Turns(link.home(), this::turn);
  }

  void start() {
    turns.start(untilDue().orElse(LEAST_WAIT));
  }

  private Duration turn() {
    try {
      if (identity.renewIfDue()) {
        link.greetAgain();
      }
    } catch (VagusException e) {
      // It has ended: connecting fails by the same, says so, and is tried again with its own wait.
      return LEAST_PAUSE;
    }
    return untilDue().filter(Duration::isPositive).orElseGet(this::pause);
  }

  private Duration pause() {
    Duration share =
        identity
            .end()
            .map(end -> Duration.between(clock.get(), end).dividedBy(TRIES))
            .orElse(LEAST_PAUSE);
    return clamped(share, LEAST_PAUSE, MOST_WAIT);
  }

  private static Duration clamped(Duration value, Duration least, Duration most) {
    Duration atLeast = value.compareTo(least) < 0 ? least : value;
    return atLeast.compareTo(most) > 0 ? most : atLeast;
  }

  /** Empty: it is not enrolled yet, which connecting does. */
  private Optional<Duration> untilDue() {
    return identity
        .due()
        .map(due -> Duration.between(clock.get(), due))
        .map(wait -> wait.isPositive() ? clamped(wait, LEAST_WAIT, MOST_WAIT) : wait);
  }

  @Override
  public void close() {
    turns.close();
  }
}
