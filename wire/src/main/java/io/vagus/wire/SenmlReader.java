package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import io.vagus.model.MetricModel;
import io.vagus.wire.Sample.MetricValue;
import io.vagus.wire.TelemetryCodec.Decoded;
import io.vagus.wire.TelemetryCodec.Result;
import io.vagus.wire.TelemetryCodec.Undecodable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a SenML pack (RFC 8428). The base name names the device, which is known already, so a
 * record's own name is its metric; a record without one is named by what follows the last {@code :}
 * or {@code /} of the base name. Neighbouring records of one time make one {@link Sample}. A time
 * below 2^28 seconds is relative to the arrival (§4.5.3); 0 is the arrival itself. Units are passed
 * over: the product model states them. Refused: sums, data values, versions over 10, fields that
 * end in {@code _} and must be understood (§4.4).
 */
final class SenmlReader {
  private static final double RELATIVE_BELOW_SECONDS = 1 << 28;
  private static final double MAX_SECONDS = 253_402_300_799.0;

  private final JsonParser in;
  private final List<Sample> samples = new ArrayList<>(1);
  private @Nullable Undecodable refusal;
  private int valueCount;

  private String baseName = "";
  private double baseTime;
  private double baseValue;

  // The record being read.
  private String name = "";
  private double time;
  private @Nullable MetricValue value;

  // The sample being gathered.
  private List<MetricValue> gathered = new ArrayList<>(4);
  private double gatheredTime;

  SenmlReader(JsonParser in) {
    this.in = in;
  }

  Result read() {
    boolean read = readPack() && flush();
    if (read && in.nextToken() != null) {
      read = refuse("payload", "more after its end", "one array");
    }
    if (read && samples.isEmpty()) {
      read = refuse("payload", "no values", "at least one");
    }
    return !read && refusal != null ? refusal : new Decoded(samples);
  }

  private boolean readPack() {
    if (in.nextToken() != JsonToken.START_ARRAY) {
      return refuse("payload", String.valueOf(in.currentToken()), "an array of records");
    }
    JsonToken token;
    while ((token = in.nextToken()) != JsonToken.END_ARRAY) {
      if (token != JsonToken.START_OBJECT) {
        return refuse("record", String.valueOf(token), "an object");
      }
      if (!readRecord()) {
        return false;
      }
    }
    return true;
  }

  private boolean readRecord() {
    name = "";
    time = 0;
    value = null;
    List<String> seen = new ArrayList<>(6);
    String field;
    while ((field = in.nextName()) != null) {
      if (seen.contains(field)) {
        return refuse(field, "twice", "each field once");
      }
      if (seen.size() >= 32) {
        return refuse("record", "more than 32 fields", "<= 32");
      }
      seen.add(field);
      if (!readField(field, in.nextToken())) {
        return false;
      }
    }
    return value == null || gather(value);
  }

  private boolean readField(String field, JsonToken token) {
    return switch (field) {
      case "bn" -> {
        baseName = in.getString();
        yield token == JsonToken.VALUE_STRING || refuse(field, baseName, "a text");
      }
      case "n" -> {
        name = in.getString();
        yield token == JsonToken.VALUE_STRING || refuse(field, name, "a text");
      }
      case "bver" ->
          (token == JsonToken.VALUE_NUMBER_INT && number() <= 10)
              || refuse(field, in.getString(), "<= 10");
      case "bt" -> isNumber(field, token) && setBaseTime(number());
      case "bv" -> isNumber(field, token) && setBaseValue(number());
      case "t" -> isNumber(field, token) && setTime(number());
      case "v" -> isNumber(field, token) && setValue(field, MetricValue.number("v", number()));
      case "vb" ->
          token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE
              ? setValue(field, MetricValue.bool("v", token == JsonToken.VALUE_TRUE))
              : refuse(field, String.valueOf(token), "true or false");
      case "vs" ->
          token == JsonToken.VALUE_STRING && Unicode.isWellFormed(in.getString())
              ? setValue(field, MetricValue.text("v", in.getString()))
              : refuse(field, String.valueOf(in.getString()), "a text of whole characters");
      case "s", "bs", "vd" -> refuse(field, "a sum or data value", "v, vb or vs");
      default -> skip(field);
    };
  }

  private boolean skip(String field) {
    if (field.endsWith("_")) {
      return refuse(field, "not understood", "no field that must be understood");
    }
    in.skipChildren();
    return true;
  }

  private double number() {
    return in.getDoubleValue();
  }

  private boolean isNumber(String field, JsonToken token) {
    boolean isNumber =
        (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT)
            && Double.isFinite(in.getDoubleValue());
    return isNumber || refuse(field, String.valueOf(in.getString()), "a finite number");
  }

  private boolean setBaseTime(double seconds) {
    baseTime = seconds;
    return true;
  }

  private boolean setBaseValue(double number) {
    baseValue = number;
    return true;
  }

  private boolean setTime(double seconds) {
    time = seconds;
    return true;
  }

  private boolean setValue(String field, MetricValue read) {
    if (value != null) {
      return refuse(field, "a second value", "one of v, vb and vs");
    }
    value = read;
    return true;
  }

  private boolean gather(MetricValue read) {
    String metric = name.isEmpty() ? lastPart(baseName) : name;
    if (!MetricModel.isValidName(metric)) {
      return refuse("n", metric, "1 to 128 printable ASCII characters without space, comma");
    }
    if (++valueCount > TelemetryCodec.MAX_VALUES) {
      refusal =
          new Undecodable(
              ErrorCode.TOO_MANY_VALUES,
              "values: more than %1$d (expected: <= %1$d)".formatted(TelemetryCodec.MAX_VALUES));
      return false;
    }
    double resolved = baseTime + time;
    if (Math.abs(resolved) > MAX_SECONDS) {
      return refuse("t", String.valueOf(resolved), "a time before the year 10000");
    }
    if (!gathered.isEmpty() && resolved != gatheredTime) {
      flush();
    }
    gatheredTime = resolved;
    if (gathered.stream().anyMatch(other -> other.name().equals(metric))) {
      return refuse(metric, "twice at one time", "each metric once");
    }
    double sum = read.text() == null ? read.number() : Double.NaN;
    if (read.type() == io.vagus.model.MetricType.NUMBER) {
      sum += baseValue;
    }
    return gathered.add(new MetricValue(metric, read.type(), sum, read.text()));
  }

  private boolean flush() {
    if (!gathered.isEmpty()) {
      boolean relative = gatheredTime < RELATIVE_BELOW_SECONDS;
      long micros = Math.round(gatheredTime * 1e6);
      samples.add(
          new Sample(
              null,
              relative ? Sample.ABSENT : micros,
              relative ? micros : 0,
              Sample.ABSENT,
              gathered));
      gathered = new ArrayList<>(4);
    }
    return true;
  }

  private static String lastPart(String baseName) {
    int end = baseName.length();
    while (end > 0 && (baseName.charAt(end - 1) == ':' || baseName.charAt(end - 1) == '/')) {
      end--;
    }
    int start = end;
    while (start > 0 && baseName.charAt(start - 1) != ':' && baseName.charAt(start - 1) != '/') {
      start--;
    }
    return baseName.substring(start, end);
  }

  private boolean refuse(String field, @Nullable String given, String expected) {
    refusal =
        new Undecodable(
            ErrorCode.PAYLOAD_MALFORMED,
            "%s: %s (expected: %s)"
                .formatted(Excerpt.of(field), Excerpt.of(String.valueOf(given)), expected));
    return false;
  }
}
