package io.vagus.registry;

import io.vagus.model.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Since when devices have the secrets that they have. Calls may block on disk. Thread-safe. */
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
}
