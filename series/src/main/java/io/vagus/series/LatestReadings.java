package io.vagus.series;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import java.util.List;

/** The newest reading of each metric, by corrected time; late data never replaces it. */
@FunctionalInterface
public interface LatestReadings {

  /** Sorted by metric; empty for a device that never sent any. */
  List<Reading> of(DeviceId device);
}
