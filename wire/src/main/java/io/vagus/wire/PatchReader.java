package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;

/** Reads a merge patch, token by token. Used once, by one thread. */
final class PatchReader {
  /** Edits of one patch: as many fields as a document has, and as many taken away. */
  private static final int MAX_EDITS = 2 * Document.MAX_FIELDS;

  private static final int MAX_DIGITS = 40;

  private final JsonParser in;
  private final List<DocumentPatch.Edit> edits = new ArrayList<>();

  PatchReader(JsonParser in) {
    this.in = in;
  }

  /** The parser stands on the object's start, and afterwards on its end. */
  DocumentPatch read() {
    readObject("", 1);
    return new DocumentPatch(edits);
  }

  private void readObject(String pointer, int depth) {
    requireDepth(pointer, depth);
    Set<String> names = new HashSet<>();
    String name;
    while ((name = in.nextName()) != null) {
      String at = pointer + "/" + token(name);
      requireName(name, at);
      if (!names.add(name)) {
        throw malformed(at + ": given twice (expected: once)");
      }
      readMember(at, in.nextToken(), depth);
      if (edits.size() > MAX_EDITS) {
        throw new VagusException(
            ErrorCode.TOO_MANY_VALUES,
            "fields: more than " + MAX_EDITS + " (expected: <= " + Document.MAX_FIELDS + ")");
      }
    }
  }

  private void readMember(String pointer, JsonToken token, int depth) {
    switch (token) {
      case START_OBJECT -> readObject(pointer, depth + 1);
      case VALUE_NULL -> edits.add(new DocumentPatch.Cut(pointer));
      default -> {
        StringWriter text = new StringWriter(16);
        try (JsonGenerator out =
            DocumentCodec.FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
          copy(token, out, pointer, depth);
        }
        edits.add(new DocumentPatch.Put(pointer, text.toString()));
      }
    }
  }

  private void copy(JsonToken token, JsonGenerator out, String pointer, int depth) {
    switch (token) {
      case START_ARRAY -> {
        requireDepth(pointer, depth + 1);
        out.writeStartArray();
        for (JsonToken t = in.nextToken(); t != JsonToken.END_ARRAY; t = in.nextToken()) {
          copy(t, out, pointer, depth + 1);
        }
        out.writeEndArray();
      }
      case START_OBJECT -> {
        requireDepth(pointer, depth + 1);
        out.writeStartObject();
        String name;
        while ((name = in.nextName()) != null) {
          requireName(name, pointer);
          out.writeName(name);
          copy(in.nextToken(), out, pointer, depth + 1);
        }
        out.writeEndObject();
      }
      case VALUE_STRING -> out.writeString(wellFormed(in.getString(), pointer));
      case VALUE_TRUE -> out.writeBoolean(true);
      case VALUE_FALSE -> out.writeBoolean(false);
      case VALUE_NULL -> out.writeNull();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeRawValue(number(pointer));
      default -> throw malformed(pointer + ": " + token + " (expected: a JSON value)");
    }
  }

  /** One spelling for each number: 40, 40.0 and 4e1 are equal. */
  private String number(String pointer) {
    String text = in.getString();
    if (!Double.isFinite(Double.parseDouble(text))) {
      throw malformed(pointer + ": " + text + " (expected: a number up to 1.7e308)");
    }
    BigDecimal number = new BigDecimal(text).stripTrailingZeros();
    boolean plain = Math.abs((long) number.scale()) <= MAX_DIGITS;
    return plain ? number.toPlainString() : number.toString();
  }

  private static String wellFormed(String text, String pointer) {
    if (!Unicode.isWellFormed(text)) {
      throw malformed(pointer + ": half a character (expected: well-formed Unicode)");
    }
    return text;
  }

  private static void requireDepth(String pointer, int depth) {
    if (depth > Document.MAX_DEPTH) {
      throw malformed(
          Excerpt.of(pointer) + ": depth " + depth + " (expected: <= " + Document.MAX_DEPTH + ")");
    }
  }

  private static void requireName(String name, String at) {
    boolean printable = name.chars().noneMatch(Character::isISOControl);
    if (name.isEmpty() || name.length() > Document.MAX_NAME_LENGTH || !printable) {
      throw malformed(
          Excerpt.of(at)
              + ": a name of "
              + name.length()
              + " characters (expected: 1 to "
              + Document.MAX_NAME_LENGTH
              + ", none of them a control character)");
    }
    wellFormed(name, Excerpt.of(at));
  }

  /** RFC 6901 §3. */
  private static String token(String name) {
    return name.indexOf('~') < 0 && name.indexOf('/') < 0
        ? name
        : name.replace("~", "~0").replace("/", "~1");
  }

  private static VagusException malformed(String why) {
    return new VagusException(ErrorCode.PAYLOAD_MALFORMED, why);
  }
}
