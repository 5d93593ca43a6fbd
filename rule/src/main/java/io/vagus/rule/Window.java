package io.vagus.rule;

import java.time.Duration;

/**
 * What a rule remembers of one metric of a device over a span of event time, by the readings'
 * corrected times.
 */
public sealed interface Window {
  Duration LONGEST = Duration.ofDays(7);
  Duration MOST_LATE = Duration.ofHours(1);

  /** Spans that lateness may keep open at a time. */
  int MOST_OPEN = 60;

  String metric();

  /**
   * Spans that follow one another, begun at multiples of their size since the epoch. The rule is
   * judged when one closes.
   *
   * @param lateness how long after its end a window takes in what is late
   */
  record Tumbling(String metric, Duration size, Duration lateness) implements Window {
    public Tumbling {
      requireBetween("size", size, Duration.ofSeconds(1), LONGEST);
      requireBetween("lateness", lateness, Duration.ZERO, most(size.multipliedBy(MOST_OPEN)));
    }
  }

  /**
   * The span that ends at the newest reading. The rule is judged at each reading.
   *
   * @param slide by which the span moves on: what falls out of it does so in such steps
   */
  record Sliding(String metric, Duration size, Duration slide) implements Window {
    public static final int MOST_STEPS = 120;

    public Sliding {
      requireBetween("size", size, Duration.ofSeconds(1), LONGEST);
      requireBetween("slide", slide, size.dividedBy(MOST_STEPS), size);
    }
  }

  /**
   * Readings with no gap between them as long as that. The rule is judged when a session closes.
   *
   * @param longest a session that lasts longer is closed, and the next begun
   */
  record Session(String metric, Duration gap, Duration longest, Duration lateness)
      implements Window {
    public Session {
      requireBetween("gap", gap, Duration.ofSeconds(1), Duration.ofDays(1));
      requireBetween("longest", longest, gap, LONGEST);
      requireBetween("lateness", lateness, Duration.ZERO, most(gap.multipliedBy(MOST_OPEN)));
    }
  }

  /** No reading for that long, once there was one. The rule is judged then, and at the next one. */
  record Absence(String metric, Duration after) implements Window {
    public Absence {
      requireBetween("after", after, Duration.ofSeconds(1), LONGEST);
    }
  }

  private static Duration most(Duration lateness) {
    return lateness.compareTo(MOST_LATE) < 0 ? lateness : MOST_LATE;
  }

  private static void requireBetween(String what, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "window.%s: %s (expected: %s to %s)".formatted(what, value, least, most));
    }
  }
}
