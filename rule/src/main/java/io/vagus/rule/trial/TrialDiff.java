package io.vagus.rule.trial;

import io.vagus.rule.Firing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds what two versions did against each other, step by step. One thread. */
final class TrialDiff {
  private final long fromMicros;
  private final int limit;
  private final TrialLane candidate;
  private final Optional<TrialLane> inForce;
  private final List<TrialFiring> shown = new ArrayList<>();
  private long both;
  private long onlyNew;
  private long onlyOld;

  /**
   * @param fromMicros what was done before is not told
   */
  TrialDiff(long fromMicros, int limit, TrialLane candidate, Optional<TrialLane> inForce) {
    this.fromMicros = fromMicros;
    this.limit = limit;
    this.candidate = candidate;
    this.inForce = inForce;
  }

  /** What one record brought about in both. */
  void add(List<Firing> byNew, List<Firing> byOld) {
    if (byNew.isEmpty() && byOld.isEmpty()) {
      return;
    }
    List<Firing> left = new ArrayList<>(byOld);
    for (Firing firing : byNew) {
      if (firing.receivedMicros() >= fromMicros) {
        candidate.count(firing);
        boolean same = left.removeIf(other -> isSame(firing, other));
        if (same) {
          inForce.ifPresent(lane -> lane.count(firing));
          both++;
        } else {
          onlyNew++;
        }
        show(same ? TrialFiring.In.BOTH : TrialFiring.In.NEW, firing);
      }
    }
    for (Firing firing : left) {
      if (firing.receivedMicros() >= fromMicros) {
        inForce.ifPresent(lane -> lane.count(firing));
        onlyOld++;
        show(TrialFiring.In.OLD, firing);
      }
    }
  }

  private static boolean isSame(Firing one, Firing other) {
    return one.phase() == other.phase()
        && one.receivedMicros() == other.receivedMicros()
        && one.actions().equals(other.actions());
  }

  private void show(TrialFiring.In in, Firing firing) {
    if (shown.size() < limit) {
      shown.add(new TrialFiring(in, firing));
    }
  }

  TrialResult.Difference counts() {
    return new TrialResult.Difference(both, onlyNew, onlyOld);
  }

  List<TrialFiring> shown() {
    return shown;
  }
}
