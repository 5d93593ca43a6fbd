package io.vagus.rule.trial;

import java.util.List;
import java.util.Optional;

/**
 * What came of a trial.
 *
 * @param devices that were heard
 * @param messages that they sent in the range
 * @param readings that were heard, with those before the range
 * @param truncated why not all was tried; empty: all was
 * @param inForce empty: there is none to compare with
 * @param firings the first ones by device and time, so many as were asked for
 */
public record TrialResult(
    int devices,
    long messages,
    long readings,
    Optional<String> truncated,
    Counts candidate,
    Optional<Counts> inForce,
    Difference difference,
    List<TrialFiring> firings) {

  /** What one version would have done in the range. */
  public record Counts(long raised, long cleared, long looped, long errors, String lastError) {}

  /** How many firings are in which of the two. */
  public record Difference(long both, long onlyNew, long onlyOld) {
    public boolean isNone() {
      return onlyNew == 0 && onlyOld == 0;
    }
  }

  public TrialResult {
    firings = List.copyOf(firings);
  }
}
