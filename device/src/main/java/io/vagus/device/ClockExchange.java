package io.vagus.device;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures how far the device's clock is off and tells the server, which corrects the times of what
 * the device sends (device contract, Clock exchange). Thread-safe.
 */
final class ClockExchange implements Commands.Time {
  private final WallClock clock;
  private final MonotonicClock monotonic = MonotonicClock.system();
  private final Consumer<byte[]> question;
  private volatile long askedMicros;
  private volatile long askedNanos;
  private volatile long offsetMicros;

  /**
   * @param question takes a message to the topic {@code time}
   */
  ClockExchange(WallClock clock, Consumer<byte[]> question) {
    this.clock = clock;
    this.question = question;
  }

  void ask() {
    askedNanos = monotonic.nanos();
    askedMicros = clock.micros();
    say(Map.of("t0", askedMicros));
  }

  /** RFC 5905 §8, with the time of the way and back measured by the monotonic clock. */
  void answered(byte[] payload) {
    Map<String, @Nullable Object> json = JsonReader.object(payload).orElse(Map.of());
    if (json.get("t0") instanceof Long t0
        && json.get("t1") instanceof Long t1
        && json.get("t2") instanceof Long t2
        && t0 == askedMicros) {
      long away = (monotonic.nanos() - askedNanos) / 1000;
      long t3 = t0 + away;
      offsetMicros = ((t1 - t0) + (t2 - t3)) / 2;
      say(Map.of("t0", t0, "offset", offsetMicros, "rtt", Math.max(0, away - (t2 - t1))));
    }
  }

  private void say(Map<String, ?> json) {
    question.accept(Json.text(json).getBytes(StandardCharsets.UTF_8));
  }

  /** Ahead of the device's clock by so much the server's is. */
  long offsetMicros() {
    return offsetMicros;
  }

  @Override
  public Instant own() {
    return clock.now();
  }

  @Override
  public Instant server() {
    return Times.instant(clock.micros() + offsetMicros);
  }
}
