package io.vagus.api;

import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.wire.JsonObject;
import io.vagus.wire.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Devices as CSV (RFC 4180): what is exported can be imported again. */
final class DeviceCsv {
  static final String CONTENT_TYPE = "text/csv";
  static final String HEADER =
      "id,product,name,gateway,lat,lon,group,"
          + Stream.of(Detail.values()).map(Detail::word).collect(Collectors.joining(","))
          + ",tags,status,createdAt,updatedAt,version\r\n";

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

  interface Sink {
    void take(int line, Supplier<JsonObject> device);
  }

  private DeviceCsv() {}

  /** Line 1 is the header; a line is judged when it is asked for. */
  static void read(InputStream in, Sink sink) throws IOException {
    try (CSVParser parser =
        CSVParser.builder()
            .setReader(new InputStreamReader(in, StandardCharsets.UTF_8))
            .setFormat(FORMAT)
            .get()) {
      Iterator<CSVRecord> records = parser.iterator();
      while (records.hasNext()) {
        CSVRecord record = records.next();
        int line = (int) record.getRecordNumber() + 1;
        sink.take(line, () -> JsonObject.of("", object(record)));
      }
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw Problem.invalid("body", "no CSV: " + Problem.shown("" + e.getMessage()));
    }
  }

  private static Map<String, @Nullable Object> object(CSVRecord record) {
    if (!record.isConsistent()) {
      throw Problem.invalid(
          "line",
          record.size() + " cells (expected: " + record.getParser().getHeaderNames().size() + ")");
    }
    Map<String, @Nullable Object> fields = new HashMap<>();
    Map<String, @Nullable Object> location = new HashMap<>();
    Map<String, @Nullable Object> tags = new HashMap<>();
    record
        .toMap()
        .forEach((name, text) -> {
          if (text.isEmpty() || DeviceShape.OF_THE_SERVER.contains(name)) {
            return;
          }
          switch (name) {
            case "lat", "lon" -> location.put(name, number(name, text));
            case "tags" -> fields.put(name, JsonText.parse(text.getBytes(StandardCharsets.UTF_8)));
            case "generateSecret" -> fields.put(name, text.equals("true"));
            default -> {
              if (name.startsWith(Query.TAG_PREFIX)) {
                tags.put(name.substring(Query.TAG_PREFIX.length()), text);
              } else {
                fields.put(name, text);
              }
            }
          }
        });
    if (!location.isEmpty()) {
      fields.put("location", location);
    }
    if (!tags.isEmpty()) {
      fields.put("tags", tags);
    }
    return fields;
  }

  private static Double number(String name, String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw Problem.invalid("location." + name, Problem.shown(text) + " (expected: degrees)");
    }
  }

  static String line(Device device) {
    return String.join(
            ",",
            device.id().value(),
            device.product(),
            cell(device.name()),
            device.gateway().map(DeviceId::value).orElse(""),
            device.location().map(place -> Double.toString(place.lat())).orElse(""),
            device.location().map(place -> Double.toString(place.lon())).orElse(""),
            device.group().map(GroupId::value).orElse(""),
            details(device),
            device.tags().isEmpty() ? "" : cell(tags(device)),
            Shape.word(device.status()),
            device.createdAt().toString(),
            device.updatedAt().toString(),
            Long.toString(device.version()))
        + "\r\n";
  }

  private static String details(Device device) {
    return Stream.of(Detail.values())
        .map(detail -> cell(device.details().getOrDefault(detail, "")))
        .collect(Collectors.joining(","));
  }

  private static String tags(Device device) {
    byte[] json = Reply.jsonBytes(out -> device.tags().forEach(out::writeStringProperty));
    return new String(json, StandardCharsets.UTF_8);
  }

  static String cell(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
