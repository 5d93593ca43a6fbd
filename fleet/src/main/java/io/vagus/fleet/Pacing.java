package io.vagus.fleet;

import io.vagus.device.DeviceParts;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A device that sends as often as its desired state says: seconds, in the field {@code interval}.
 * Without it, or when it cannot, it keeps to its plan and says so. Thread-safe.
 */
final class Pacing implements DeviceParts.Desired {
  private static final String INTERVAL = "interval";
  private static final double LEAST_SECONDS = 0.1;
  private static final double MOST_SECONDS = 86_400;

  private final long plannedMicros;
  private final boolean stubborn;
  private long micros;
  private @Nullable LongConsumer changed;

  /**
   * @param stubborn it keeps to its plan in any case
   */
  Pacing(long plannedMicros, boolean stubborn) {
    this.plannedMicros = plannedMicros;
    this.stubborn = stubborn;
    this.micros = plannedMicros;
  }

  /** From now on it sends: told of each change, and of one that came before. */
  synchronized void begin(LongConsumer told) {
    changed = told;
    if (micros != plannedMicros) {
      told.accept(micros);
    }
  }

  @Override
  public synchronized Map<String, ?> follow(Map<String, @Nullable Object> document) {
    long wanted =
        !stubborn && document.get(INTERVAL) instanceof Number seconds
            ? micros(seconds.doubleValue())
            : plannedMicros;
    if (wanted != micros) {
      micros = wanted;
      if (changed != null) {
        changed.accept(micros);
      }
    }
    return Map.of(INTERVAL, seconds());
  }

  private long micros(double seconds) {
    boolean can = seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS;
    return can ? Math.round(seconds * 1e6) : micros;
  }

  /** As JSON writes it: whole where it is. */
  private Number seconds() {
    return micros % 1_000_000 == 0 ? (Number) (micros / 1_000_000) : micros / 1e6;
  }
}
