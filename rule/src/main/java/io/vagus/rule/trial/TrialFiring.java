package io.vagus.rule.trial;

import io.vagus.rule.Firing;

/**
 * What would have been done.
 *
 * @param in by which of the two
 */
public record TrialFiring(In in, Firing firing) {

  /** By which. */
  public enum In {
    /** The same by both. */
    BOTH,
    /** By the candidate alone. */
    NEW,
    /** By the version in force alone. */
    OLD
  }
}
