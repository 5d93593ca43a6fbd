package io.vagus.api;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.MetricModel;
import io.vagus.model.ProductModel;
import io.vagus.model.Reading;
import io.vagus.registry.Registry;
import io.vagus.series.LatestReadings;
import io.vagus.series.Range;
import io.vagus.series.Series;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** A device's readings: the latest, a range, a range as stored. Thread-safe. */
final class ReadingRoutes {
  private static final String LATEST = "/api/v1/devices/{id}/readings";
  private static final long HOUR_MICROS = 3_600_000_000L;
  private static final int MAX_POINTS = 10_000;

  private final Registry registry;
  private final Series series;
  private final LatestReadings latest;
  private final WallClock clock;
  private final ReadingExport export;

  ReadingRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.series = parts.series();
    this.latest = parts.latest();
    this.clock = parts.wallClock();
    this.export = new ReadingExport(series);
  }

  List<Route> routes() {
    Set<String> rangeQuery = Set.of("from", "to", "points", "step", "raw", "limit");
    Set<String> exportQuery = Set.of("from", "to", "format");
    return List.of(
        Route.get(LATEST, this::latest),
        Route.get(LATEST + "/{metric}", rangeQuery, this::range),
        Route.get(LATEST + "/{metric}/export", exportQuery, this::exportMetric),
        Route.get("/api/v1/devices/{id}/export", exportQuery, this::exportDevice));
  }

  /** A range of time. */
  record Span(long fromMicros, long toMicros) {}

  private Reply latest(Call call) {
    DeviceId device = call.device();
    List<Reading> readings = latest.of(device);
    requireDevice(device, readings);
    Map<String, MetricModel> models =
        registry
            .device(device)
            .flatMap(d -> registry.model(d.product()))
            .map(ProductModel::metrics)
            .orElse(Map.of());
    return Reply.json(
        200,
        out -> {
          out.writeStringProperty("device", device.value());
          out.writeStringProperty("now", clock.now().toString());
          Shape.items(out, "readings", readings, (o, r) -> writeLatest(o, r, models));
        });
  }

  private static void writeLatest(
      JsonGenerator out, Reading reading, Map<String, MetricModel> models) {
    ReadingShape.write(out, reading);
    MetricModel model = models.get(reading.metric());
    if (model != null && !model.unit().isEmpty()) {
      out.writeStringProperty("unit", model.unit());
    }
  }

  private Reply range(Call call) {
    boolean raw = call.query().choice("raw", Map.of("true", true, "false", false)).orElse(false);
    Span span = span(call.query());
    for (String other : raw ? List.of("points", "step") : List.of("limit")) {
      if (call.query().string(other).isPresent()) {
        throw Problem.invalid(other, "has no meaning with raw=" + raw);
      }
    }
    return raw ? raw(call, span) : steps(call, span);
  }

  private Reply raw(Call call, Span span) {
    DeviceId device = call.device();
    int limit = call.query().integer("limit", 1000, 1, MAX_POINTS);
    List<Reading> readings =
        series.raw(device, call.path("metric"), span.fromMicros(), span.toMicros(), limit + 1);
    if (readings.isEmpty()) {
      requireMetric(device, call.path("metric"));
    }
    boolean more = readings.size() > limit;
    return Reply.json(
        200,
        out -> {
          head(out, call, span);
          List<Reading> shown = more ? readings.subList(0, limit) : readings;
          Shape.items(out, "readings", shown, ReadingShape::write);
          if (more) {
            out.writeStringProperty("next", Shape.time(readings.get(limit).timeMicros()));
          }
        });
  }

  private Reply steps(Call call, Span span) {
    DeviceId device = call.device();
    long step = step(call.query(), span);
    Range range =
        series.range(device, call.path("metric"), span.fromMicros(), span.toMicros(), step);
    if (range.points().isEmpty()) {
      requireMetric(device, call.path("metric"));
    }
    return Reply.json(
        200,
        out -> {
          head(out, call, span);
          out.writeStringProperty("tier", Shape.word(range.tier()));
          out.writeNumberProperty("stepSeconds", range.stepMicros() / 1e6);
          Shape.items(out, "points", range.points(), ReadingShape::writePoint);
        });
  }

  private static void head(JsonGenerator out, Call call, Span span) {
    out.writeStringProperty("device", call.path("id"));
    out.writeStringProperty("metric", call.path("metric"));
    out.writeStringProperty("from", Shape.time(span.fromMicros()));
    out.writeStringProperty("to", Shape.time(span.toMicros()));
  }

  private static long step(Query query, Span span) {
    long range = span.toMicros() - span.fromMicros();
    OptionalLong step = query.durationMicros("step");
    if (step.isEmpty()) {
      return Steps.forPoints(range, query.integer("points", 300, 1, MAX_POINTS));
    }
    if (query.string("points").isPresent()) {
      throw Problem.invalid("points", "given with step (expected: one of the two)");
    }
    long steps = Math.ceilDiv(range, step.getAsLong());
    if (steps > MAX_POINTS) {
      throw Problem.invalid(
          "step", "makes " + steps + " steps of this range (expected: <= " + MAX_POINTS + ")");
    }
    return step.getAsLong();
  }

  private Reply exportMetric(Call call) {
    Span span = span(call.query());
    DeviceId device = call.device();
    requireMetric(device, call.path("metric"));
    return export.of(call, span, Optional.of(call.path("metric")));
  }

  private Reply exportDevice(Call call) {
    Span span = span(call.query());
    requireDevice(call.device(), latest.of(call.device()));
    return export.of(call, span, Optional.empty());
  }

  private Span span(Query query) {
    long to = query.timeMicros("to", clock.micros() + 1);
    long from = query.timeMicros("from", Math.max(0, to - HOUR_MICROS));
    if (from >= to) {
      throw Problem.invalid(
          "from", Shape.time(from) + " (expected: before to, " + Shape.time(to) + ")");
    }
    return new Span(from, to);
  }

  /** In open mode devices send without being registered. */
  private void requireDevice(DeviceId device, List<Reading> readings) {
    if (readings.isEmpty()
        && registry.device(device).isEmpty()
        && series.metrics(device).isEmpty()) {
      throw Problem.notFound("device", device.value());
    }
  }

  /** A metric that never came and is not in the model is a slip of the pen. */
  private void requireMetric(DeviceId device, String metric) {
    List<Reading> readings = latest.of(device);
    requireDevice(device, readings);
    boolean known =
        readings.stream().anyMatch(r -> r.metric().equals(metric))
            || series.metrics(device).contains(metric)
            || registry
                .device(device)
                .flatMap(d -> registry.model(d.product()))
                .filter(m -> m.metrics().containsKey(metric))
                .isPresent();
    if (!known) {
      throw Problem.notFound("metric", metric);
    }
  }
}
