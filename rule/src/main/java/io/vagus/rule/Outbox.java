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

  /** All of one offset; none when it has none, or has them no more. */
  List<Firing> at(long offset);

  /** Offset of the newest firing that is durable; -1 before the first. */
  long newestOffset();

  /**
   * What the consumer needs no more. It is known from its first call on: what goes for want of room
   * before it is released counts as lost. What was released stays as long as there is room.
   *
   * @param uptoOffset {@link Long#MAX_VALUE}: there is no such consumer any more
   */
  void release(String consumer, long uptoOffset);

  /**
   * The newest first, from all that is still there.
   *
   * @param below an offset given as {@code next}; empty: from the newest
   * @param limit after which no other offset is begun
   */
  Recent recent(Filter filter, OptionalLong below, int limit);

  /**
   * Of one rule, of one device; empty: any.
   *
   * @param sinceMicros older ones are not looked through; {@link Long#MIN_VALUE}: all are
   */
  record Filter(Optional<String> rule, Optional<DeviceId> device, long sinceMicros) {
    public static final Filter ALL = new Filter(Optional.empty(), Optional.empty());

    public Filter(Optional<String> rule, Optional<DeviceId> device) {
      this(rule, device, Long.MIN_VALUE);
    }

    public boolean matches(Firing firing) {
      return rule.map(firing.rule()::equals).orElse(true)
          && device.map(firing.device()::equals).orElse(true)
          && !isTooOld(firing);
    }

    /** Those before it are too. */
    public boolean isTooOld(Firing firing) {
      return firing.receivedMicros() < sinceMicros;
    }
  }

  /**
   * A page.
   *
   * @param next where to read on; empty at the end
   */
  record Recent(List<Firing> firings, OptionalLong next) {}
}
