package io.vagus.ledger;

import io.vagus.model.DeviceId;

/**
 * Readings that should be there and are not.
 *
 * @param fromMicros the last reading before it
 * @param toMicros the first after it
 * @param missing how many, by sequence number or cadence
 */
public record Gap(DeviceId device, Kind kind, long fromMicros, long toMicros, long missing) {

  /** How it was found. */
  public enum Kind {
    SEQUENCE,
    CADENCE
  }
}
