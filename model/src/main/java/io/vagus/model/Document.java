package io.vagus.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A JSON object as its fields: the values that are no objects, each under its JSON Pointer (RFC
 * 6901), as compact JSON text. Numbers are spelled one way, so that equal values are equal texts. A
 * branch without fields does not exist.
 */
public record Document(NavigableMap<String, String> fields) {
  public static final Document EMPTY = new Document(Collections.emptyNavigableMap());

  /** Bytes of a document as compact JSON. */
  public static final int MAX_BYTES = 16 << 10;

  public static final int MAX_FIELDS = 256;
  public static final int MAX_DEPTH = 8;
  public static final int MAX_NAME_LENGTH = 128;

  public Document {
    fields = Collections.unmodifiableNavigableMap(new TreeMap<>(fields));
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** What a merge patch makes of it (RFC 7386 §2). */
  public Document with(DocumentPatch patch) {
    TreeMap<String, String> after = new TreeMap<>(fields);
    for (DocumentPatch.Edit edit : patch.edits()) {
      cut(after, edit.pointer());
      ancestors(edit.pointer()).forEach(after::remove);
      if (edit instanceof DocumentPatch.Put put) {
        after.put(put.pointer(), put.json());
      }
    }
    return new Document(after);
  }

  private static void cut(TreeMap<String, String> from, String pointer) {
    from.remove(pointer);
    below(from, pointer).clear();
  }

  /** What lies below a pointer, a view. */
  public static <T> SortedMap<String, T> below(NavigableMap<String, T> fields, String pointer) {
    return fields.subMap(pointer + "/", pointer + "0"); // the character after the slash
  }

  /** The pointers of the branches that a field is in, the outermost first. */
  public static List<String> ancestors(String pointer) {
    List<String> found = new ArrayList<>(2);
    for (int i = pointer.indexOf('/', 1); i > 0; i = pointer.indexOf('/', i + 1)) {
      found.add(pointer.substring(0, i));
    }
    return found;
  }

  /** The merge patch that makes the other out of this one; empty when they are equal. */
  public DocumentPatch to(Document other) {
    List<DocumentPatch.Edit> edits = new ArrayList<>();
    for (String pointer : fields.keySet()) {
      if (!other.fields.containsKey(pointer) && !other.replaces(pointer)) {
        edits.add(new DocumentPatch.Cut(pointer));
      }
    }
    other.fields.forEach((pointer, json) -> {
      if (!json.equals(fields.get(pointer))) {
        edits.add(new DocumentPatch.Put(pointer, json));
      }
    });
    return new DocumentPatch(edits);
  }

  /** Whether a field here takes the place of that one by standing above or below it. */
  private boolean replaces(String pointer) {
    return !below(fields, pointer).isEmpty()
        || ancestors(pointer).stream().anyMatch(fields::containsKey);
  }

  /** The fields of this one that the other does not have with the same value. */
  public Document missingIn(Document other) {
    TreeMap<String, String> missing = new TreeMap<>(fields);
    missing.entrySet().removeIf(field -> field.getValue().equals(other.fields.get(field.getKey())));
    return new Document(missing);
  }
}
