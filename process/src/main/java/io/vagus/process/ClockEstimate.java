package io.vagus.process;

import java.time.Duration;

/**
 * How far one device's clock is off, from what its messages show and from the {@code time}
 * exchange; the reasoning is docs/decisions/0004-clock-correction.md. All in microseconds. Not
 * thread-safe.
 *
 * <p>{@code difference} is receive time minus device time: the clock's error plus the delay on the
 * way. Delays vary and are never negative, clock errors last; so the smallest difference of a row
 * of messages that agree with each other is the estimate:
 *
 * <pre>
 * difference - offset   | meaning                 | adopted as the new offset when
 * ----------------------+-------------------------+-----------------------------------------------
 * -threshold … SLOW     | as expected             | –
 * below -threshold      | ahead: no delay does it | 2 messages in a row agree
 * above SLOW            | late data or slow clock | 8 in a row agree over 1 minute, and no exchange
 *                       |                         | in the last day says otherwise
 * </pre>
 */
final class ClockEstimate {
  /** Late by less is taken for delay: links of a few seconds, gateways that gather. */
  private static final long SLOW_MICROS = 60_000_000;

  /** How near to each other late messages are for a constant error; a queue drains faster. */
  private static final long STEADY_MICROS = 10_000_000;

  private static final long STEADY_SECONDS = 60;
  private static final int STEADY_MESSAGES = 8;
  private static final int AHEAD_MESSAGES = 2;
  private static final int EXCHANGE_VALID_SECONDS = (int) Duration.ofHours(25).toSeconds();
  private static final long MAX_ROUND_TRIP_MICROS = 10_000_000;

  private long offsetMicros;
  private long candidateMicros;
  private int candidateSeconds;
  private int candidateCount;
  private int exchangeSeconds;

  /** What to add to the device's times for the server's. */
  long offsetMicros() {
    return offsetMicros;
  }

  /**
   * Takes in a message and answers what to add to its times.
   *
   * @param difference receive time minus the newest device time in it
   */
  long observe(long difference, long receivedMicros, ProcessLimits limits) {
    long residual = difference - offsetMicros;
    if (residual >= -limits.clockThresholdMicros() && residual <= SLOW_MICROS) {
      candidateCount = 0;
      return offsetMicros;
    }
    boolean ahead = residual < 0;
    follow(
        difference, seconds(receivedMicros), ahead ? limits.clockThresholdMicros() : STEADY_MICROS);
    if (ahead ? candidateCount >= AHEAD_MESSAGES : isSteady(seconds(receivedMicros))) {
      adopt(candidateMicros, limits);
    } else if (ahead && -residual <= limits.maxFutureMicros()) {
      return wholeMillis(difference);
    }
    return offsetMicros;
  }

  /** The device measured both ways: what it must add to its clock, and how long the way took. */
  void exchanged(
      long offsetMicros, long roundTripMicros, long receivedMicros, ProcessLimits limits) {
    if (roundTripMicros >= 0 && roundTripMicros <= MAX_ROUND_TRIP_MICROS) {
      adopt(offsetMicros, limits);
      exchangeSeconds = seconds(receivedMicros);
    }
  }

  private void follow(long difference, int seconds, long toleranceMicros) {
    if (candidateCount == 0 || Math.abs(difference - candidateMicros) > toleranceMicros) {
      candidateMicros = difference;
      candidateSeconds = seconds;
      candidateCount = 0;
    }
    candidateMicros = Math.min(candidateMicros, difference);
    candidateCount = Math.min(candidateCount + 1, 1000);
  }

  private boolean isSteady(int seconds) {
    return candidateCount >= STEADY_MESSAGES
        && seconds - candidateSeconds >= STEADY_SECONDS
        && (exchangeSeconds == 0 || seconds - exchangeSeconds > EXCHANGE_VALID_SECONDS);
  }

  private void adopt(long micros, ProcessLimits limits) {
    offsetMicros = Math.abs(micros) <= limits.clockThresholdMicros() ? 0 : wholeMillis(micros);
    candidateCount = 0;
  }

  private static long wholeMillis(long micros) {
    return Math.floorDiv(micros + 500, 1000) * 1000;
  }

  private static int seconds(long micros) {
    return (int) (micros / 1_000_000);
  }

  void write(Bytes out) {
    out.putLong(offsetMicros).putLong(candidateMicros);
    out.putInt(candidateSeconds).putInt(candidateCount).putInt(exchangeSeconds);
  }

  void read(Bytes in) {
    offsetMicros = in.getLong();
    candidateMicros = in.getLong();
    candidateSeconds = in.getInt();
    candidateCount = in.getInt();
    exchangeSeconds = in.getInt();
  }
}
