package io.vagus.api;

import io.vagus.watch.FleetCounts;
import io.vagus.watch.History;
import io.vagus.watch.Latency;
import io.vagus.watch.LatencyMap;
import io.vagus.watch.Overview;
import io.vagus.watch.PartOverview;
import io.vagus.watch.Refusal;
import io.vagus.watch.Tally;
import io.vagus.watch.Top;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** The overview as JSON. */
final class OverviewShape {
  private static final int WINDOW_SECONDS = 300;

  private OverviewShape() {}

  static byte[] bytes(Overview now, Health.State health) {
    return Reply.jsonBytes(out -> {
      out.writeStringProperty("time", Shape.time(now.timeMicros()));
      devices(out, now.devices());
      rates(out, now.rates());
      latency(out, now.latency());
      duplicates(out, now.duplicates());
      Shape.items(out, "refusals", mostFirst(now.refusals()), OverviewShape::reason);
      out.writeName("ledger");
      out.writeStartObject();
      LedgerRoutes.writeLine(out, now.ledger().total());
      out.writeBooleanProperty("balanced", now.ledger().balanced());
      out.writeEndObject();
      out.writeStringProperty("health", Shape.word(health));
    });
  }

  /** Of a part of the fleet: what is kept of all together is left out. */
  static byte[] bytes(PartOverview now, Health.State health) {
    return Reply.jsonBytes(out -> {
      out.writeStringProperty("time", Shape.time(now.timeMicros()));
      devices(out, now.devices());
      out.writeObjectPropertyStart("messages");
      Shape.number(out, "perSecond", rounded((double) now.messages() / now.windowSeconds(), 10));
      Shape.number(
          out,
          "acceptedPerSecond",
          rounded(
              (double) Math.max(0, now.messages() - now.errors() - now.duplicates())
                  / now.windowSeconds(),
              10));
      out.writeNumberProperty("windowSeconds", now.windowSeconds());
      out.writeEndObject();
      out.writeObjectPropertyStart("duplicates");
      out.writeNumberProperty("count", now.duplicates());
      Shape.number(
          out,
          "share",
          rounded((double) now.duplicates() / Math.max(1, now.messages()), 1_000_000));
      out.writeNumberProperty("windowSeconds", now.windowSeconds());
      out.writeEndObject();
      Shape.items(out, "refusals", mostFirst(now.refusals()), OverviewShape::reason);
      out.writeStringProperty("health", Shape.word(health));
    });
  }

  private static void devices(JsonGenerator out, FleetCounts devices) {
    out.writeObjectPropertyStart("devices");
    out.writeNumberProperty("total", devices.total());
    out.writeNumberProperty("suspended", devices.suspended());
    out.writeNumberProperty("connected", devices.connected());
    out.writeNumberProperty("silent", devices.silent());
    out.writeNumberProperty("neverHeard", devices.neverHeard());
    Shape.items(
        out,
        "products",
        new TreeMap<>(devices.products()).entrySet(),
        (o, entry) -> {
          o.writeStringProperty("product", entry.getKey());
          o.writeNumberProperty("total", entry.getValue().total());
          o.writeNumberProperty("connected", entry.getValue().connected());
        });
    out.writeEndObject();
  }

  private static void rates(JsonGenerator out, Overview.Rates rates) {
    out.writeObjectPropertyStart("messages");
    Shape.number(out, "perSecond", rounded(rates.perSecond(), 10));
    Shape.number(out, "acceptedPerSecond", rounded(rates.acceptedPerSecond(), 10));
    Shape.number(out, "windowSeconds", rounded(rates.windowSeconds(), 10));
    out.writeEndObject();
  }

  private static void latency(JsonGenerator out, Latency latency) {
    out.writeObjectPropertyStart("latency");
    Shape.number(out, "p50Millis", rounded(latency.p50Millis(), 10));
    Shape.number(out, "p95Millis", rounded(latency.p95Millis(), 10));
    Shape.number(out, "p99Millis", rounded(latency.p99Millis(), 10));
    out.writeNumberProperty("count", latency.count());
    out.writeNumberProperty("late", latency.late());
    out.writeNumberProperty("windowSeconds", WINDOW_SECONDS);
    out.writeEndObject();
  }

  private static void duplicates(JsonGenerator out, Overview.Duplicates duplicates) {
    out.writeObjectPropertyStart("duplicates");
    out.writeNumberProperty("count", duplicates.count());
    Shape.number(out, "share", rounded(duplicates.share(), 1_000_000));
    LedgerRoutes.writeCounts(out, "causes", duplicates.causes());
    Shape.number(out, "windowSeconds", rounded(duplicates.windowSeconds(), 10));
    out.writeEndObject();
  }

  private static List<Map.Entry<String, Long>> mostFirst(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  private static void reason(JsonGenerator out, Map.Entry<String, Long> reason) {
    out.writeStringProperty("reason", reason.getKey());
    out.writeNumberProperty("count", reason.getValue());
  }

  static Reply history(History history) {
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty("stepSeconds", history.stepSeconds());
          out.writeStringProperty("from", Shape.time(history.fromMicros()));
          for (History.Series series : History.Series.values()) {
            row(out, camel(series), history.of(series));
          }
        });
  }

  private static String camel(History.Series series) {
    return series == History.Series.DEAD_LETTERED ? "deadLettered" : Shape.word(series);
  }

  private static void row(JsonGenerator out, String name, long[] values) {
    out.writeName(name);
    array(out, values);
  }

  private static void array(JsonGenerator out, long[] values) {
    out.writeArray(values, 0, values.length);
  }

  static Reply latency(LatencyMap map) {
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty("stepSeconds", map.stepSeconds());
          out.writeStringProperty("from", Shape.time(map.fromMicros()));
          row(out, "boundsMillis", map.boundsMillis());
          out.writeArrayPropertyStart("counts");
          for (long[] step : map.counts()) {
            array(out, step);
          }
          out.writeEndArray();
        });
  }

  static Reply top(Top top) {
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty("windowSeconds", top.windowSeconds());
          Shape.items(out, "items", top.items(), (o, item) -> item(o, item, top));
        });
  }

  private static void item(JsonGenerator out, Top.Item item, Top top) {
    out.writeStringProperty("device", item.device().value());
    out.writeStringProperty("product", item.product());
    out.writeNumberProperty("count", item.count());
    out.writeNumberProperty("messages", item.messages());
    Shape.number(out, "perMinute", rounded(item.count() * 60.0 / top.windowSeconds(), 10));
    Shape.number(out, "share", rounded((double) item.count() / top.total(), 1_000_000));
  }

  static void tally(JsonGenerator out, Tally tally) {
    out.writeStringProperty("reason", tally.reason());
    out.writeNumberProperty("count", tally.count());
    out.writeStringProperty("firstTime", Shape.time(tally.firstMicros()));
    out.writeStringProperty("time", Shape.time(tally.lastMicros()));
  }

  static void refusal(JsonGenerator out, Refusal refusal) {
    out.writeStringProperty("time", Shape.time(refusal.lastMicros()));
    out.writeStringProperty("firstTime", Shape.time(refusal.firstMicros()));
    out.writeNumberProperty("count", refusal.count());
    out.writeStringProperty("listener", refusal.listener().label());
    out.writeStringProperty("reason", refusal.reason());
    out.writeStringProperty("source", refusal.source());
    if (!refusal.name().isEmpty()) {
      out.writeStringProperty("name", refusal.name());
    }
    out.writeStringProperty("detail", refusal.detail());
  }

  /** To one part in so many: digits beyond say nothing. */
  private static double rounded(double value, double parts) {
    return Math.rint(value * parts) / parts;
  }
}
