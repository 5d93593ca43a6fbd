package io.vagus.twin;

import io.vagus.kit.VagusException;
import io.vagus.model.Desired;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import io.vagus.wire.DocumentCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A product's defaults for desired state, with those of its earlier versions. A device's value that
 * is an earlier default was never anybody's own: it goes with the template. Any other stays. Pure.
 *
 * @param earlier of the versions before
 */
record Template(Document defaults, List<Document> earlier) {

  TemplateChange change(Desired desired) {
    List<DocumentPatch.Edit> edits = new ArrayList<>();
    List<String> violations = new ArrayList<>();
    // First: what takes a branch's place, or a field's, is put after it.
    for (String pointer : gone()) {
      if (isEarlier(pointer, desired.document().fields().get(pointer))) {
        edits.add(new DocumentPatch.Cut(pointer));
      }
    }
    defaults.fields().forEach((pointer, json) -> put(desired, pointer, json, edits, violations));
    DocumentPatch patch = new DocumentPatch(edits);
    try {
      var unused = DocumentCodec.requireBounds(desired.document().with(patch), "desired");
    } catch (VagusException e) {
      violations.add(String.valueOf(e.getMessage()));
    }
    return new TemplateChange(desired.device(), patch, violations);
  }

  private void put(
      Desired desired,
      String pointer,
      String json,
      List<DocumentPatch.Edit> edits,
      List<String> violations) {
    Document document = desired.document();
    String own = document.fields().get(pointer);
    String other = otherShape(document, pointer);
    if (!other.isEmpty()) {
      violations.add(pointer + ": " + other + " (expected: " + type(json) + ", as the default)");
    } else if (own == null || (!own.equals(json) && isEarlier(pointer, own))) {
      edits.add(new DocumentPatch.Put(pointer, json));
    } else if (!type(own).equals(type(json))) {
      violations.add(
          "%s: %s is %s (expected: %s, as the default)"
              .formatted(pointer, own, type(own), type(json)));
    }
  }

  /** A branch where the default has a field, or the other way round; empty when neither. */
  private String otherShape(Document document, String pointer) {
    for (String above : Document.ancestors(pointer)) {
      String own = document.fields().get(above);
      if (own != null && !isEarlier(above, own)) {
        return above + " is a field";
      }
    }
    Map<String, String> below = Document.below(document.fields(), pointer);
    boolean owned = below.entrySet().stream().anyMatch(e -> !isEarlier(e.getKey(), e.getValue()));
    return owned ? "is a branch" : "";
  }

  private boolean isEarlier(String pointer, @org.jspecify.annotations.Nullable String json) {
    return json != null
        && earlier.stream().anyMatch(before -> json.equals(before.fields().get(pointer)));
  }

  /** Pointers that earlier versions had and this one has not. */
  private TreeSet<String> gone() {
    TreeSet<String> gone = new TreeSet<>();
    earlier.forEach(before -> gone.addAll(before.fields().keySet()));
    gone.removeAll(defaults.fields().keySet());
    return gone;
  }

  private static String type(String json) {
    return switch (json.charAt(0)) {
      case '"' -> "a text";
      case 't', 'f' -> "true or false";
      case '[' -> "an array";
      case '{' -> "an object";
      default -> "a number";
    };
  }
}
