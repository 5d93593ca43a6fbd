package io.vagus.trust;

import io.vagus.kit.WallClock;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Puts into the event log that somebody with a real token, claim or hardware identity was refused:
 * once an hour for each and each reason, so that nobody fills the log by asking again. Its lock
 * guards what it remembers, a thousand at most.
 */
final class RefusalNotes {
  private static final Duration SILENCE = Duration.ofHours(1);
  private static final int MAX_REMEMBERED = 1000;

  private final EventLog events;
  private final WallClock clock;
  private final LinkedHashMap<String, Instant> noted = new LinkedHashMap<>();

  RefusalNotes(EventLog events, WallClock clock) {
    this.events = events;
    this.clock = clock;
  }

  void refused(Subject subject, Refusal reason, String detail) {
    if (isNew(subject.text() + " " + reason.label())) {
      events.append(
          Fact.noted(
              subject, "enrolment.refused", Map.of("reason", reason.label(), "detail", detail)));
    }
  }

  private synchronized boolean isNew(String key) {
    Instant now = clock.now();
    Instant last = noted.get(key);
    if (last != null && now.isBefore(last.plus(SILENCE))) {
      return false;
    }
    noted.remove(key);
    noted.putLast(key, now);
    if (noted.size() > MAX_REMEMBERED) {
      noted.pollFirstEntry();
    }
    return true;
  }
}
