package io.vagus.sink;

import java.time.Duration;
import java.util.Optional;

/** What became of a delivery. */
public sealed interface Outcome {
  Outcome DELIVERED = new Delivered();

  record Delivered() implements Outcome {}

  /**
   * It may succeed later.
   *
   * @param after as the other side asks; empty when it does not say
   */
  record Failed(String why, Optional<Duration> after) implements Outcome {
    public Failed(String why) {
      this(why, Optional.empty());
    }
  }

  /** The same again would be refused again. */
  record Refused(String why) implements Outcome {}
}
