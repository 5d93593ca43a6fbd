package io.vagus.twin;

import io.vagus.model.DeviceId;
import io.vagus.model.Reported;

/** What devices had said they are at a time in the past. Calls may block on disk. Thread-safe. */
@FunctionalInterface
public interface ReportedPast {

  /** As the platform knew it then: a report that came later, however old it said it was, is not. */
  Past asOf(DeviceId device, long micros);

  /** What is known of a time. */
  sealed interface Past {}

  /** All of it; empty before the first report. */
  record Known(Reported reported) implements Past {}

  /** Nothing: what is kept begins later. */
  record Forgotten(long keptFromMicros) implements Past {}
}
