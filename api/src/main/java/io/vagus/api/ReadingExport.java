package io.vagus.api;

import io.vagus.api.ReadingRoutes.Span;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.Series;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Readings as a stream of lines, however many; never more than one page of them in memory. */
final class ReadingExport {
  private static final int PAGE = 5000;

  private enum Format {
    CSV("text/csv; charset=utf-8; header=present"),
    NDJSON("application/x-ndjson");

    final String contentType;

    Format(String contentType) {
      this.contentType = contentType;
    }
  }

  private final Series series;

  ReadingExport(Series series) {
    this.series = series;
  }

  Reply of(Call call, Span span, Optional<String> metric) {
    Format format = call.query().choice("format", Shape.words(Format.class)).orElse(Format.CSV);
    DeviceId device = call.device();
    return Reply.stream(
            format.contentType,
            out -> {
              switch (format) {
                case CSV -> {
                  out.write(ReadingShape.CSV_HEADER.getBytes(StandardCharsets.US_ASCII));
                  read(device, span, metric, r -> write(out, ReadingShape.csv(r)));
                }
                case NDJSON -> writeNdjson(device, span, metric, out);
              }
            })
        .with(
            "Content-Disposition",
            "attachment; filename=\"" + fileName(device) + "." + Shape.word(format) + "\"");
  }

  private void writeNdjson(DeviceId device, Span span, Optional<String> metric, OutputStream out)
      throws IOException {
    try (JsonGenerator json = Json.generator(out)) {
      read(
          device,
          span,
          metric,
          reading -> {
            json.writeStartObject();
            ReadingShape.writeWithDevice(json, reading);
            json.writeEndObject();
            json.writeRaw('\n');
          });
    }
  }

  private void read(DeviceId device, Span span, Optional<String> metric, Consumer<Reading> sink) {
    if (metric.isEmpty()) {
      series.export(device, span.fromMicros(), span.toMicros(), sink);
      return;
    }
    long from = span.fromMicros();
    List<Reading> page;
    do {
      page = series.raw(device, metric.get(), from, span.toMicros(), PAGE);
      page.forEach(sink);
      from = page.isEmpty() ? from : page.getLast().timeMicros() + 1;
    } while (page.size() == PAGE);
  }

  private static void write(OutputStream out, String line) {
    try {
      out.write(line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String fileName(DeviceId device) {
    return device.value().replace(':', '-');
  }
}
