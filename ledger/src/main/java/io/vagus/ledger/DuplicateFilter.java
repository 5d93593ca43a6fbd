package io.vagus.ledger;

import io.vagus.model.DeviceId;
import java.util.Optional;

/**
 * Which duplicates; all conditions hold at once.
 *
 * @param fromMicros the copy received at this time or later
 * @param toMicros received before
 */
public record DuplicateFilter(
    Optional<DeviceId> device, Optional<DuplicateCause> cause, long fromMicros, long toMicros) {
  public static final DuplicateFilter ALL =
      new DuplicateFilter(Optional.empty(), Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);

  public boolean matches(DeviceId of, DuplicateCause because, long receivedMicros) {
    return device.map(of::equals).orElse(true)
        && cause.map(c -> c == because).orElse(true)
        && receivedMicros >= fromMicros
        && receivedMicros < toMicros;
  }
}
