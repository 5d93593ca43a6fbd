package io.vagus.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A load run: what the devices saw, what the server says of the same time, and the thresholds.
 *
 * @param change of the server's ledger and storage over the run
 */
record LoadReport(
    Instant started,
    Summary summary,
    Standing change,
    Verdict verdict,
    List<Threshold> thresholds) {

  /** Acknowledged, and neither stored nor known to be stored before. */
  double lost() {
    return Math.max(0, summary.acknowledged() - change.taken());
  }

  double bytesPerMessage() {
    return summary.acknowledged() == 0
        ? 0
        : (double) (change.journalBytes() + change.seriesBytes()) / summary.acknowledged();
  }

  List<String> complaints() {
    return thresholds.stream().flatMap(t -> t.complaint(this).stream()).toList();
  }

  ObjectNode json() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("started", started.toString());
    json.setAll(summary.json());
    json.set("ledger", change.json());
    json.put("verified", verdict.holds()).put("verdict", verdict.why());
    ObjectNode figures = json.putObject("figures");
    for (Figure figure : Figure.values()) {
      figures.put(figure.word, figure.of(this));
    }
    ArrayNode judged = json.putArray("thresholds");
    thresholds.forEach(
        t -> judged.addObject().put("threshold", t.toString()).put("holds", t.holds(this)));
    return json;
  }

  String text() {
    StringBuilder out = new StringBuilder(summary.text());
    out.append(
        String.format(
            Locale.ROOT,
            "%nstorage grew by %,d bytes of journal and %,d of series, %.0f a message%n%s: %s",
            change.journalBytes(),
            change.seriesBytes(),
            bytesPerMessage(),
            verdict.holds() ? "adds up" : "DOES NOT ADD UP",
            verdict.why()));
    return out.toString();
  }

  /** Each figure beside that of an earlier run's report. */
  String beside(JsonNode earlier) {
    StringBuilder out = new StringBuilder();
    row(out, "", earlier.path("started").asString("before"), started.toString(), "change");
    for (Figure figure : Figure.values()) {
      double before = earlier.path("figures").path(figure.word).asDouble(Double.NaN);
      double now = figure.of(this);
      row(
          out,
          figure.word,
          Double.isNaN(before) ? "-" : figure.shown(before),
          figure.shown(now),
          before == 0 || Double.isNaN(before)
              ? "-"
              : String.format(Locale.ROOT, "%+.1f %%", (now - before) / before * 100));
    }
    return out.toString().stripTrailing();
  }

  private static void row(StringBuilder out, String... cells) {
    out.append(String.format(Locale.ROOT, "%-18s %30s %30s %10s%n", (Object[]) cells));
  }
}
