package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Telemetry payloads to {@link Sample}s and back (device contract v1).
 *
 * <p>JSON (RFC 8259): {@code {"temperature": 21.5}}, or with {@code time} (or {@code ts}), {@code
 * id} and {@code seq} beside the values or beside an object {@code values} that holds them, or an
 * array of those. Those five names are never metrics. A time is RFC 3339 or an integer: epoch
 * milliseconds, from 10^14 on microseconds (as milliseconds that would be the year 5138). {@code
 * null} says that there is no value: it is passed over. Refused, with the field named: nested
 * objects and arrays, a name twice, numbers that no finite double holds, more than {@link
 * #MAX_VALUES} values, depth over 8, texts over {@link #MAX_TEXT_LENGTH}, anything after the end.
 *
 * <p>Integers beyond 2^53 lose their last digits: values are doubles. Thread-safe.
 */
public final class TelemetryCodec {
  /** Values in one message. */
  public static final int MAX_VALUES = 1000;

  /** Characters of one text value. */
  public static final int MAX_TEXT_LENGTH = 4096;

  public static final String JSON = "application/json";
  public static final String SENML_JSON = "application/senml+json";

  private static final StreamReadConstraints BOUNDS =
      StreamReadConstraints.builder()
          .maxNestingDepth(8)
          .maxNumberLength(100)
          .maxStringLength(MAX_TEXT_LENGTH)
          .maxNameLength(256)
          .build();

  private static final JsonFactory JSON_FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(BOUNDS)
          .recyclerPool(JsonRecyclerPools.threadLocalPool())
          .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  /** What became of a payload. */
  public sealed interface Result {}

  /** Read; at least one sample. */
  public record Decoded(List<Sample> samples) implements Result {}

  /** Not to be read; {@code why} names field, value and bound. */
  public record Undecodable(ErrorCode code, String why) implements Result {}

  private TelemetryCodec() {}

  /**
   * Reads a payload; never throws.
   *
   * @param contentType lower case, as {@link io.vagus.model.Envelope#contentType}; empty is JSON;
   *     parameters such as {@code charset} are passed over
   */
  public static Result decode(String contentType, byte[] payload) {
    return switch (mediaType(contentType)) {
      case "", JSON, "text/json" -> readJson(payload, false);
      case SENML_JSON -> readJson(payload, true);
      default ->
          new Undecodable(
              ErrorCode.CONTENT_TYPE_UNKNOWN,
              "contentType: \"%s\" (expected: %s or %s)"
                  .formatted(Excerpt.of(contentType), JSON, SENML_JSON));
    };
  }

  private static Result readJson(byte[] payload, boolean senml) {
    if (payload.length == 0) {
      return new Undecodable(ErrorCode.PAYLOAD_MALFORMED, "payload: 0 bytes (expected: >= 1)");
    }
    try (JsonParser in =
        JSON_FACTORY.createParser(ObjectReadContext.empty(), payload, 0, payload.length)) {
      return senml ? new SenmlReader(in).read() : new SampleReader(in).read();
    } catch (JacksonException e) {
      return new Undecodable(
          ErrorCode.PAYLOAD_MALFORMED,
          "payload: %s at byte %d"
              .formatted(
                  Excerpt.of(String.valueOf(e.getOriginalMessage())),
                  e.getLocation() == null ? 0 : e.getLocation().getByteOffset()));
    }
  }

  private static String mediaType(String contentType) {
    int parameters = contentType.indexOf(';');
    return parameters < 0 ? contentType : contentType.substring(0, parameters).stripTrailing();
  }

  /** The samples as JSON: one object, or an array of them. What {@link #decode} reads back. */
  public static byte[] encode(List<Sample> samples) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 64 * samples.size());
    try (JsonGenerator out = JSON_FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      if (samples.size() != 1) {
        out.writeStartArray();
      }
      for (Sample sample : samples) {
        write(sample, out);
      }
      if (samples.size() != 1) {
        out.writeEndArray();
      }
    }
    return bytes.toByteArray();
  }

  private static void write(Sample sample, JsonGenerator out) {
    out.writeStartObject();
    if (sample.hasTime()) {
      out.writeName("time");
      if (sample.timeMicros() % 1000 == 0 && Math.abs(sample.timeMicros() / 1000) < Times.MICROS) {
        out.writeNumber(sample.timeMicros() / 1000);
      } else {
        out.writeString(Times.text(sample.timeMicros()));
      }
    }
    if (sample.id() != null) {
      out.writeStringProperty("id", sample.id());
    }
    if (sample.hasSequence()) {
      out.writeNumberProperty("seq", sample.sequence());
    }
    out.writeName("values").writeStartObject();
    sample.values().forEach(value -> write(value, out));
    out.writeEndObject().writeEndObject();
  }

  private static void write(Sample.MetricValue value, JsonGenerator out) {
    out.writeName(value.name());
    switch (value.type()) {
      case NUMBER -> out.writeNumber(value.number());
      case INTEGER -> out.writeNumber((long) value.number());
      case BOOLEAN -> out.writeBoolean(value.number() != 0);
      case TEXT -> out.writeString(value.text());
    }
  }
}
