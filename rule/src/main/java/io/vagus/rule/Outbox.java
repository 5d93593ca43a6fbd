package io.vagus.rule;

import io.vagus.model.DeviceId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Firings, durable, in the order of the journal: what is to be carried out. Thread-safe. */
public interface Outbox {

  /**
   * Firings beyond an offset, all of one offset together; waits until there is one.
   *
   * @param afterOffset -1 for the oldest
   * @param limit offsets at most
   * @return empty when none came in time
   */
  List<Firing> read(long afterOffset, int limit, Duration wait) throws InterruptedException;

  /** Offset of the newest firing that is durable; -1 before the first. */
  long newestOffset();

  /** What the consumer needs no more; what no consumer needs may go. */
  void release(String consumer, long uptoOffset);

  /** The newest first, from all that is still there. */
  Recent recent(Filter filter, OptionalLong below, int limit);

  /** Of one rule, of one device; empty: any. */
  record Filter(Optional<String> rule, Optional<DeviceId> device) {}

  /**
   * A page.
   *
   * @param next where to read on; empty at the end
   */
  record Recent(List<Firing> firings, OptionalLong next) {}
}
