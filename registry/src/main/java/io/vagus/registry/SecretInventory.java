package io.vagus.registry;

import io.vagus.model.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the secrets that devices have, without the secrets. Calls may block on disk.
 * Thread-safe.
 */
public interface SecretInventory {

  /**
   * Since when a device has its secret.
   *
   * @param setAt empty: since before that was noted
   */
  record Held(DeviceId device, Optional<Instant> setAt) {}

  /** Those that are as old or older, the oldest first; of unknown age before all others. */
  List<Held> setBefore(Instant time, int limit);

  /** How many were set between both, the first included. */
  long count(Instant from, Instant to);

  /** How many are of unknown age. */
  long countUnknown();

  /**
   * A device whose secret is soon guessed.
   *
   * @param why never holds it
   */
  record Weak(DeviceId device, String why) {}

  /**
   * Devices that have one chosen secret, together. Of those secrets that were set or shown since
   * the start; which two are the same is not stored anywhere.
   */
  List<List<DeviceId>> shared();

  /** Chosen before such were refused; of those that were shown since the start. */
  List<Weak> weak(int limit);

  /** How many chosen secrets were neither set nor shown since the start. */
  long countNotSeen();
}
