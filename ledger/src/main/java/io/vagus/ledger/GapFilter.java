package io.vagus.ledger;

import io.vagus.model.DeviceId;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which gaps; all conditions hold at once.
 *
 * @param fromMicros not over at this time
 * @param toMicros begun before
 * @param within asked of each device, last of all
 */
public record GapFilter(
    Optional<DeviceId> device, long fromMicros, long toMicros, Predicate<DeviceId> within) {
  public static final GapFilter ALL = of(Optional.empty());

  /** Of any device. */
  public GapFilter(Optional<DeviceId> device, long fromMicros, long toMicros) {
    this(device, fromMicros, toMicros, any -> true);
  }

  /** Of those devices only. */
  public GapFilter within(Predicate<DeviceId> wanted) {
    return new GapFilter(device, fromMicros, toMicros, wanted);
  }

  /** Of a device, at any time. */
  public static GapFilter of(Optional<DeviceId> device) {
    return new GapFilter(device, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  public boolean matches(Gap gap) {
    return device.map(gap.device()::equals).orElse(true)
        && gap.toMicros() > fromMicros
        && gap.fromMicros() < toMicros
        && within.test(gap.device());
  }
}
