package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reported state as devices send it (device contract v1): a merge patch, bare, or as {@code
 * reported} beside {@code time}, {@code seq}, {@code id} and {@code desiredVersion}. Thread-safe.
 */
public final class ReportCodec {
  private static final int MAX_ID_LENGTH = 256;

  private ReportCodec() {}

  /** A {@link VagusException} of kind DEVICE names what is wrong. */
  public static Report decode(byte[] payload) {
    if (payload.length > 2 * Document.MAX_BYTES) {
      throw new VagusException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "reported: " + payload.length + " bytes (expected: <= " + Document.MAX_BYTES + ")");
    }
    return isEnvelope(payload) ? envelope(payload) : bare(payload);
  }

  private static Report bare(byte[] payload) {
    return new Report(
        Optional.empty(),
        Sample.ABSENT,
        Sample.ABSENT,
        Sample.ABSENT,
        DocumentCodec.readPatch(payload));
  }

  /** Whether one of its own fields is {@code reported}. */
  private static boolean isEnvelope(byte[] payload) {
    try (JsonParser in = DocumentCodec.parser(payload)) {
      DocumentCodec.require(
          in.nextToken() == JsonToken.START_OBJECT, "payload: no object (expected: one)");
      String name;
      while ((name = in.nextName()) != null) {
        if (name.equals("reported")) {
          return true;
        }
        in.nextToken();
        in.skipChildren();
      }
      return false;
    } catch (JacksonException e) {
      throw DocumentCodec.malformed(e);
    }
  }

  private static Report envelope(byte[] payload) {
    Optional<String> id = Optional.empty();
    long time = Sample.ABSENT;
    long sequence = Sample.ABSENT;
    long desiredVersion = Sample.ABSENT;
    DocumentPatch patch = new DocumentPatch(List.of());
    Set<String> seen = new HashSet<>();
    try (JsonParser in = DocumentCodec.parser(payload)) {
      in.nextToken();
      String name;
      while ((name = in.nextName()) != null) {
        DocumentCodec.require(seen.add(name), name + ": given twice (expected: once)");
        JsonToken token = in.nextToken();
        switch (name) {
          case "id" -> id = Optional.of(id(in, token));
          case "time", "ts" -> time = time(in, token);
          case "seq" -> sequence = whole(in, token, name);
          case "desiredVersion" -> desiredVersion = whole(in, token, name);
          case "reported" -> patch = patch(in, token);
          default ->
              throw new VagusException(
                  ErrorCode.PAYLOAD_MALFORMED,
                  Excerpt.of(name)
                      + ": beside reported (expected: time, seq, id, desiredVersion or nothing)");
        }
      }
    } catch (JacksonException e) {
      throw DocumentCodec.malformed(e);
    }
    return new Report(id, time, sequence, desiredVersion, patch);
  }

  private static DocumentPatch patch(JsonParser in, JsonToken token) {
    DocumentCodec.require(token == JsonToken.START_OBJECT, "reported: no object (expected: one)");
    return new PatchReader(in).read();
  }

  private static String id(JsonParser in, JsonToken token) {
    String id = token == JsonToken.VALUE_STRING ? in.getString() : "";
    DocumentCodec.require(
        !id.isBlank() && id.length() <= MAX_ID_LENGTH,
        "id: " + Excerpt.of(id) + " (expected: a text of 1 to " + MAX_ID_LENGTH + ")");
    return id;
  }

  static long time(JsonParser in, JsonToken token) {
    OptionalLong micros =
        switch (token) {
          case VALUE_NUMBER_INT -> Times.ofNumber(in.getLongValue());
          case VALUE_STRING -> Rfc3339.parseMicros(in.getString());
          default -> OptionalLong.empty();
        };
    if (micros.isEmpty()) {
      throw new VagusException(
          ErrorCode.PAYLOAD_MALFORMED,
          "time: "
              + Excerpt.of(String.valueOf(in.getString()))
              + " (expected: RFC 3339, or milliseconds since 1970)");
    }
    return micros.getAsLong();
  }

  static long whole(JsonParser in, JsonToken token, String name) {
    boolean whole = token == JsonToken.VALUE_NUMBER_INT && in.getString().length() <= 18;
    long value = whole ? in.getLongValue() : -1;
    DocumentCodec.require(value >= 0, name + ": expected a whole number from 0 to 10^18");
    return value;
  }
}
