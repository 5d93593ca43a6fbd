package io.vagus.expression;

/** A function has no result; the message says why, for people. */
public final class FunctionException extends Exception {
  private static final long serialVersionUID = 1;

  public FunctionException(String why) {
    // No stack: it is an answer, and may come with each message.
    super(why, null, false, false);
  }
}
