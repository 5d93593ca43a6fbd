package io.vagus.twin;

import io.vagus.model.DeviceId;
import io.vagus.model.Reported;
import java.util.Optional;

/** What devices last said they are. Thread-safe, from memory. */
@FunctionalInterface
public interface ReportedTwins {

  /** Empty when it never reported. */
  Optional<Reported> of(DeviceId device);
}
