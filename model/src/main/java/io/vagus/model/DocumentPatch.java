package io.vagus.model;

import java.util.List;

/** A JSON merge patch (RFC 7386) as what it does to the fields of a {@link Document}, in order. */
public record DocumentPatch(List<Edit> edits) {
  public DocumentPatch {
    edits = List.copyOf(edits);
  }

  /** One change. */
  public sealed interface Edit {
    String pointer();
  }

  /**
   * A field gets a value, in place of what is there, above or below it.
   *
   * @param json compact
   */
  public record Put(String pointer, String json) implements Edit {}

  /** A field, or a branch with all its fields, is taken away. */
  public record Cut(String pointer) implements Edit {}

  public boolean isEmpty() {
    return edits.isEmpty();
  }
}
