package io.vagus.ledger;

import io.vagus.model.DeviceId;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which duplicates; all conditions hold at once.
 *
 * @param fromMicros the copy received at this time or later
 * @param toMicros received before
 * @param within asked of each device, last of all
 */
public record DuplicateFilter(
    Optional<DeviceId> device,
    Optional<DuplicateCause> cause,
    long fromMicros,
    long toMicros,
    Predicate<DeviceId> within) {
  public static final DuplicateFilter ALL =
      new DuplicateFilter(Optional.empty(), Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);

  /** Of any device. */
  public DuplicateFilter(
      Optional<DeviceId> device, Optional<DuplicateCause> cause, long fromMicros, long toMicros) {
    this(device, cause, fromMicros, toMicros, any -> true);
  }

  /** Of those devices only. */
  public DuplicateFilter within(Predicate<DeviceId> wanted) {
    return new DuplicateFilter(device, cause, fromMicros, toMicros, wanted);
  }

  public boolean matches(DeviceId of, DuplicateCause because, long receivedMicros) {
    return device.map(of::equals).orElse(true)
        && cause.map(c -> c == because).orElse(true)
        && receivedMicros >= fromMicros
        && receivedMicros < toMicros
        && within.test(of);
  }
}
