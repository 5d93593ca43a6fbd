package io.vagus.ledger;

import io.vagus.model.DeviceId;

/**
 * One device's messages of a time.
 *
 * @param fromMicros received at this time or later
 * @param toMicros received before
 */
public record MessageFilter(DeviceId device, long fromMicros, long toMicros) {

  public boolean holds(long receivedMicros) {
    return receivedMicros >= fromMicros && receivedMicros < toMicros;
  }
}
