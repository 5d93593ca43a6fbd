package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * {@link Document}s and {@link DocumentPatch}es as JSON, within their bounds. Bad JSON is a {@link
 * VagusException} that names field, value and bound. Thread-safe.
 */
public final class DocumentCodec {
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4 * Document.MAX_DEPTH)
                  .maxNumberLength(64)
                  .maxNameLength(1024)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private DocumentCodec() {}

  /** Of one JSON object; PAYLOAD_TOO_LARGE past {@link Document#MAX_BYTES}. */
  public static DocumentPatch readPatch(byte[] json) {
    requireSize(json.length);
    try (JsonParser in = parser(json)) {
      require(in.nextToken() == JsonToken.START_OBJECT, "document: no object (expected: one)");
      DocumentPatch patch = new PatchReader(in).read();
      require(in.nextToken() == null, "document: more after its end (expected: one object)");
      return patch;
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /** A whole document; {@code null} in it is a field that is not there. */
  public static Document read(String json) {
    return requireBounds(
        Document.EMPTY.with(readPatch(json.getBytes(StandardCharsets.UTF_8))), "document");
  }

  /** The document itself, when it is within its bounds. */
  public static Document requireBounds(Document document, String what) {
    int fields = document.fields().size();
    if (fields > Document.MAX_FIELDS) {
      throw new VagusException(
          ErrorCode.TOO_MANY_VALUES,
          what + ": " + fields + " fields (expected: <= " + Document.MAX_FIELDS + ")");
    }
    long atMost = 2;
    for (Map.Entry<String, String> field : document.fields().entrySet()) {
      atMost += 8 + 3L * (field.getKey().length() + field.getValue().length());
    }
    int bytes = atMost <= Document.MAX_BYTES ? 0 : encode(document).length;
    if (bytes > Document.MAX_BYTES) {
      throw new VagusException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          what + ": " + bytes + " bytes (expected: <= " + Document.MAX_BYTES + ")");
    }
    return document;
  }

  /** What a field that holds a text says; empty for one that holds something else. */
  public static String string(String json) {
    try (JsonParser in = parser(json.getBytes(StandardCharsets.UTF_8))) {
      return in.nextToken() == JsonToken.VALUE_STRING ? in.getString() : "";
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  static JsonParser parser(byte[] json) {
    return FACTORY.createParser(ObjectReadContext.empty(), json);
  }

  static VagusException malformed(JacksonException e) {
    long at = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
    String why = Excerpt.of(String.valueOf(e.getOriginalMessage()));
    return new VagusException(ErrorCode.PAYLOAD_MALFORMED, "payload: " + why + " at byte " + at, e);
  }

  static void require(boolean holds, String why) {
    if (!holds) {
      throw new VagusException(ErrorCode.PAYLOAD_MALFORMED, why);
    }
  }

  private static void requireSize(int bytes) {
    if (bytes > 4 * Document.MAX_BYTES) {
      throw new VagusException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "document: " + bytes + " bytes (expected: <= " + Document.MAX_BYTES + ")");
    }
  }

  public static String text(Document document) {
    return new String(encode(document), StandardCharsets.UTF_8);
  }

  public static byte[] encode(Document document) {
    return bytes(new Branch(document.fields()));
  }

  /** As a merge patch. */
  public static byte[] encode(DocumentPatch patch) {
    TreeMap<String, String> fields = new TreeMap<>();
    patch.edits().forEach(edit -> fields.put(edit.pointer(), json(edit)));
    return bytes(new Branch(fields));
  }

  private static String json(DocumentPatch.Edit edit) {
    return switch (edit) {
      case DocumentPatch.Put put -> put.json();
      case DocumentPatch.Cut cut -> "null";
    };
  }

  private static byte[] bytes(Branch branch) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      branch.write(out);
    }
    return bytes.toByteArray();
  }
}
