package io.vagus.api;

import io.vagus.model.Quality;
import io.vagus.model.Reading;
import io.vagus.series.Range;
import tools.jackson.core.JsonGenerator;

/** Readings as JSON and CSV. */
final class ReadingShape {
  static final String CSV_HEADER = "time,metric,value,device_time,received_time,quality\r\n";

  private ReadingShape() {}

  static void write(JsonGenerator out, Reading reading) {
    out.writeStringProperty("metric", reading.metric());
    if (reading.text() != null) {
      out.writeStringProperty("value", reading.text());
    } else {
      Shape.number(out, "value", reading.number());
    }
    out.writeStringProperty("time", Shape.time(reading.timeMicros()));
    out.writeStringProperty("deviceTime", Shape.time(reading.deviceTimeMicros()));
    out.writeStringProperty("receivedTime", Shape.time(reading.receivedMicros()));
    Shape.strings(out, "quality", Quality.words(reading.quality()));
  }

  static void writeWithDevice(JsonGenerator out, Reading reading) {
    out.writeStringProperty("device", reading.device().value());
    write(out, reading);
  }

  static void writePoint(JsonGenerator out, Range.Point point) {
    out.writeStringProperty("time", Shape.time(point.timeMicros()));
    Shape.number(out, "min", point.min());
    Shape.number(out, "max", point.max());
    Shape.number(out, "mean", point.mean());
    Shape.number(out, "last", point.last());
    out.writeNumberProperty("count", point.count());
  }

  /** One line (RFC 4180). */
  static String csv(Reading reading) {
    String value =
        reading.text() != null
            ? quoted(reading.text())
            : Double.isFinite(reading.number()) ? plain(reading.number()) : "";
    return Shape.time(reading.timeMicros())
        + ','
        + reading.metric()
        + ','
        + value
        + ','
        + Shape.time(reading.deviceTimeMicros())
        + ','
        + Shape.time(reading.receivedMicros())
        + ','
        + String.join(" ", Quality.words(reading.quality()))
        + "\r\n";
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
