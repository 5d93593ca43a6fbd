package io.vagus.twin;

import io.vagus.model.Reported;

/** Hears of each report that was taken in. */
@FunctionalInterface
public interface ReportedListener {

  /** On the processing thread: must not block. After a crash it may hear of a report again. */
  void reported(Reported now);
}
