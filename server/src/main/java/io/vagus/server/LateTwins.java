package io.vagus.server;

import io.vagus.model.DeviceId;
import io.vagus.model.Reported;
import io.vagus.twin.ReportedTwins;
import java.util.Optional;

/** What devices reported, for those who start before the processing does. Thread-safe. */
final class LateTwins implements ReportedTwins {
  private volatile ReportedTwins known = device -> Optional.empty();

  void are(ReportedTwins now) {
    known = now;
  }

  @Override
  public Optional<Reported> of(DeviceId device) {
    return known.of(device);
  }
}
