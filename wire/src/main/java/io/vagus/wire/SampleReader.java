package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import io.vagus.model.MetricModel;
import io.vagus.wire.Sample.MetricValue;
import io.vagus.wire.TelemetryCodec.Decoded;
import io.vagus.wire.TelemetryCodec.Result;
import io.vagus.wire.TelemetryCodec.Undecodable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one payload of the contract's own shape, token by token. Every method that meets something
 * it refuses sets {@link #refusal} and answers false. Used once, by one thread.
 */
final class SampleReader {
  private static final int MAX_ID_LENGTH = 256;

  private final JsonParser in;
  private final List<Sample> samples = new ArrayList<>(1);
  private @Nullable Undecodable refusal;
  private int valueCount;

  // The sample being read.
  private @Nullable String id;
  private long timeMicros;
  private long sequence;
  private boolean hasTime;
  private boolean hasValues;
  private int fields;
  private List<MetricValue> values = List.of();

  SampleReader(JsonParser in) {
    this.in = in;
  }

  Result read() {
    boolean read =
        switch (in.nextToken()) {
          case START_OBJECT -> readSample();
          case START_ARRAY -> readArray();
          case null -> refuse("payload", "empty", "an object or an array of objects");
          default -> refuse("payload", in.currentToken().toString(), "an object or an array");
        };
    if (read && in.nextToken() != null) {
      read = refuse("payload", "more after its end", "one value");
    }
    return !read && refusal != null ? refusal : new Decoded(samples);
  }

  private boolean readArray() {
    JsonToken token;
    while ((token = in.nextToken()) != JsonToken.END_ARRAY) {
      if (token != JsonToken.START_OBJECT) {
        return refuse("payload[" + samples.size() + "]", String.valueOf(token), "an object");
      }
      if (!readSample()) {
        return false;
      }
      if (samples.size() > TelemetryCodec.MAX_VALUES) {
        return tooMany();
      }
    }
    return !samples.isEmpty() || refuse("payload", "an empty array", "at least one object");
  }

  private boolean readSample() {
    id = null;
    sequence = Sample.ABSENT;
    hasTime = false;
    hasValues = false;
    fields = 0;
    timeMicros = Sample.ABSENT;
    values = new ArrayList<>(4);
    String name;
    while ((name = in.nextName()) != null) {
      if (!readField(name)) {
        return false;
      }
    }
    if (fields == 0) {
      return refuse("values", "none", "at least one");
    }
    samples.add(new Sample(id, timeMicros, 0, sequence, values));
    return true;
  }

  private boolean readField(String name) {
    JsonToken token = in.nextToken();
    return switch (name) {
      case "time", "ts" -> readTime(name, token);
      case "id" -> readId(token);
      case "seq" -> readSequence(token);
      case "values" -> readValues(token);
      default ->
          hasValues
              ? refuse(name, "beside \"values\"", "time, ts, id or seq")
              : readValue(name, token);
    };
  }

  private boolean readValues(JsonToken token) {
    if (token != JsonToken.START_OBJECT) {
      return refuse("values", String.valueOf(token), "an object");
    }
    if (hasValues || fields > 0) {
      return refuse("values", hasValues ? "twice" : "beside other metrics", "one object");
    }
    hasValues = true;
    String name;
    while ((name = in.nextName()) != null) {
      if (!readValue(name, in.nextToken())) {
        return false;
      }
    }
    return true;
  }

  private boolean readTime(String field, JsonToken token) {
    if (hasTime) {
      return refuse(field, "twice", "one time");
    }
    hasTime = true;
    OptionalLong micros =
        switch (token) {
          case VALUE_STRING -> Rfc3339.parseMicros(in.getString());
          case VALUE_NUMBER_INT ->
              in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                  ? OptionalLong.empty()
                  : Times.ofNumber(in.getLongValue());
          case VALUE_NULL -> OptionalLong.of(Sample.ABSENT);
          default -> OptionalLong.empty();
        };
    if (micros.isEmpty()) {
      return refuse(field, text(), "RFC 3339 or epoch milliseconds");
    }
    timeMicros = micros.getAsLong();
    return true;
  }

  private boolean readId(JsonToken token) {
    if (id != null) {
      return refuse("id", "twice", "one id");
    }
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
      return refuse("id", text(), "a text or an integer");
    }
    String text = in.getString();
    if (text.isEmpty() || text.length() > MAX_ID_LENGTH) {
      return refuse("id", text.length() + " characters", "1 to " + MAX_ID_LENGTH);
    }
    if (!Unicode.isWellFormed(text)) {
      return refuse("id", text, "whole characters, no half of a surrogate pair");
    }
    id = text;
    return true;
  }

  private boolean readSequence(JsonToken token) {
    if (sequence != Sample.ABSENT) {
      return refuse("seq", "twice", "one number");
    }
    if (token != JsonToken.VALUE_NUMBER_INT
        || in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        || in.getLongValue() < 0) {
      return refuse("seq", text(), "an integer from 0 to 2^63-1");
    }
    sequence = in.getLongValue();
    return true;
  }

  private boolean readValue(String name, JsonToken token) {
    if (!MetricModel.isValidName(name)) {
      return refuse(
          "metric", name, "1 to 128 printable ASCII characters without space, quotes, comma");
    }
    fields++;
    if (++valueCount > TelemetryCodec.MAX_VALUES) {
      return tooMany();
    }
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).name().equals(name)) {
        return refuse(name, "twice", "each metric once");
      }
    }
    return switch (token) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> readNumber(name, token);
      case VALUE_TRUE -> values.add(MetricValue.bool(name, true));
      case VALUE_FALSE -> values.add(MetricValue.bool(name, false));
      case VALUE_STRING -> readText(name, in.getString());
      case VALUE_NULL -> true;
      case null, default -> refuse(name, String.valueOf(token), "number, true, false or text");
    };
  }

  private boolean readText(String name, String text) {
    return Unicode.isWellFormed(text)
        ? values.add(MetricValue.text(name, text))
        : refuse(name, text, "whole characters, no half of a surrogate pair");
  }

  private boolean readNumber(String name, JsonToken token) {
    double number = in.getDoubleValue();
    if (!Double.isFinite(number)) {
      refusal =
          new Undecodable(
              ErrorCode.VALUE_OUT_OF_RANGE,
              "%s: %s (expected: a finite double)".formatted(Excerpt.of(name), text()));
      return false;
    }
    return values.add(
        token == JsonToken.VALUE_NUMBER_INT
            ? new MetricValue(name, io.vagus.model.MetricType.INTEGER, number, null)
            : MetricValue.number(name, number));
  }

  private boolean tooMany() {
    refusal =
        new Undecodable(
            ErrorCode.TOO_MANY_VALUES,
            "values: more than %1$d (expected: <= %1$d)".formatted(TelemetryCodec.MAX_VALUES));
    return false;
  }

  private String text() {
    String text = in.getString();
    return text == null ? "nothing" : Excerpt.of(text);
  }

  private boolean refuse(String field, String value, String expected) {
    refusal =
        new Undecodable(
            ErrorCode.PAYLOAD_MALFORMED,
            "%s: %s (expected: %s)".formatted(Excerpt.of(field), Excerpt.of(value), expected));
    return false;
  }
}
