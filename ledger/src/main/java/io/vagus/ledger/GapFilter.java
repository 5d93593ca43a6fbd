package io.vagus.ledger;

import io.vagus.model.DeviceId;
import java.util.Optional;

/**
 * Which gaps; all conditions hold at once.
 *
 * @param fromMicros not over at this time
 * @param toMicros begun before
 */
public record GapFilter(Optional<DeviceId> device, long fromMicros, long toMicros) {
  public static final GapFilter ALL = of(Optional.empty());

  /** Of a device, at any time. */
  public static GapFilter of(Optional<DeviceId> device) {
    return new GapFilter(device, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  public boolean matches(Gap gap) {
    return device.map(gap.device()::equals).orElse(true)
        && gap.toMicros() > fromMicros
        && gap.fromMicros() < toMicros;
  }
}
