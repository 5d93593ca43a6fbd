package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import java.time.Duration;

/** Too many failures: the answer says when to come again. */
final class Throttled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long seconds;

  Throttled(String what, Duration wait) {
    super(what);
    this.seconds = Math.ceilDiv(wait.toMillis(), 1000);
  }

  Reply reply() {
    return Problem.of(ErrorCode.RATE_EXCEEDED, detail())
        .with("Retry-After", Long.toString(seconds));
  }

  String detail() {
    return getMessage()
        + ": too many failures; try again in "
        + Durations.format(Duration.ofSeconds(seconds));
  }
}
