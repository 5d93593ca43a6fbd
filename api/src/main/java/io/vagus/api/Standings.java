package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.Reported;
import io.vagus.twin.ReportedTwins;
import io.vagus.twin.Twins;
import java.util.Optional;

/** How devices stand to what they are wanted to be. Thread-safe, from memory. */
final class Standings {

  enum Sync {
    NOTHING_DESIRED,
    FOLLOWS,
    DIFFERS,
    BEHIND
  }

  /**
   * One device's standing.
   *
   * @param desired what it is wanted to be
   * @param behindMicros since when it does not follow; 0 while it does
   */
  record Standing(
      DeviceId device,
      Document desired,
      long version,
      long answered,
      Sync sync,
      long behindMicros) {}

  private final Twins twins;
  private final ReportedTwins reported;

  Standings(ApiParts parts) {
    this.twins = parts.twins();
    this.reported = parts.reported();
  }

  Standing of(DeviceId device) {
    Reported said = reported.of(device).orElse(Reported.none(device));
    Optional<Twins.Follow> follow = twins.follow(device);
    if (follow.isEmpty()) {
      return new Standing(
          device, Document.EMPTY, 0, said.desiredVersion(), Sync.NOTHING_DESIRED, 0);
    }
    Document desired = follow.get().document();
    boolean follows = desired.missingIn(said.document()).isEmpty();
    Sync sync = sync(follow.get().version(), said.desiredVersion(), follows);
    long behind = sync == Sync.FOLLOWS ? 0 : follow.get().behindMicros();
    return new Standing(
        device, desired, follow.get().version(), said.desiredVersion(), sync, behind);
  }

  static Sync sync(long version, long answered, boolean follows) {
    if (version == 0) {
      return Sync.NOTHING_DESIRED;
    }
    return follows ? Sync.FOLLOWS : answered >= version ? Sync.DIFFERS : Sync.BEHIND;
  }
}
