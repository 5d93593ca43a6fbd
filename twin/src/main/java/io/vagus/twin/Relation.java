package io.vagus.twin;

import java.util.Locale;

/**
 * How one node stands to another: {@code from} contains, feeds or is behind {@code to}.
 *
 * @param note for people; may be empty
 */
public record Relation(Kind kind, Node from, Node to, String note) {
  public static final int MAX_NOTE = 200;

  /** The name is stored. */
  public enum Kind {
    /** Of a whole and its parts: no circle, and a part is in one whole. */
    CONTAINS(true, true),
    /** What flows from one to the other; a ring is possible. */
    FEEDS(false, false),
    /** Only through {@code to} is {@code from} reached, or supplied: no circle. */
    BEHIND(true, false);

    private final boolean acyclic;
    private final boolean single;

    Kind(boolean acyclic, boolean single) {
      this.acyclic = acyclic;
      this.single = single;
    }

    /** Whether a circle makes no sense. */
    boolean isAcyclic() {
      return acyclic;
    }

    /** Whether a node has it from one other at most. */
    boolean isFromOne() {
      return single;
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Relation {
    if (from.equals(to)) {
      throw new IllegalArgumentException(from.text() + ": to itself (expected: two nodes)");
    }
    if (note.length() > MAX_NOTE) {
      throw new IllegalArgumentException(
          "note: " + note.length() + " characters (expected: <= " + MAX_NOTE + ")");
    }
  }

  boolean isSame(Relation other) {
    return kind == other.kind && from.equals(other.from) && to.equals(other.to);
  }
}
