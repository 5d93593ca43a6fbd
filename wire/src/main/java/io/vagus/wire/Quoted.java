package io.vagus.wire;

/** A value as a message may show it. */
public final class Quoted {
  private static final int MAX_LENGTH = 64;

  private Quoted() {}

  /** In quotes, without control characters, of bounded length. */
  public static String of(String value) {
    String clean = value.replaceAll("\\p{Cntrl}", "?");
    return "\""
        + (clean.length() > MAX_LENGTH ? clean.substring(0, MAX_LENGTH) + "…" : clean)
        + "\"";
  }
}
