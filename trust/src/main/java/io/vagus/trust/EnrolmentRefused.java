package io.vagus.trust;

/** Somebody may not enrol; undoes what was begun, and is told as a {@code VagusException}. */
final class EnrolmentRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Refusal reason;

  /** Its text begins with the reason's word. */
  EnrolmentRefused(Refusal reason, String why) {
    super(reason.label() + ": " + why);
    this.reason = reason;
  }

  Refusal reason() {
    return reason;
  }
}
