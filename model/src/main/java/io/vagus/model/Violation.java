package io.vagus.model;

/** What becomes of a value that breaks the product model. */
public enum Violation {
  /** The message goes to the dead letters with field and reason. */
  REFUSE,
  /** The value is stored with a {@link Quality} flag. */
  FLAG
}
