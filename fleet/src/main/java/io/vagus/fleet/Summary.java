package io.vagus.fleet;

import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a run sent and what was acknowledged, as the devices saw it, by outcome. */
record Summary(
    long seed,
    int devices,
    double seconds,
    long sent,
    long acknowledged,
    Map<String, Long> refused,
    long unanswered,
    long lost,
    long copies,
    long resent,
    long dropped,
    Map<String, Long> failures,
    double p50Millis,
    double p99Millis,
    double maxMillis) {

  static Summary of(Counts counts, long seed, int devices, double seconds) {
    Histogram latencies = counts.latencies();
    return new Summary(
        seed,
        devices,
        seconds,
        counts.sent.sum(),
        counts.acknowledged.sum(),
        counts.refusals(),
        counts.inFlight(),
        counts.lost.sum(),
        counts.copies.sum(),
        counts.resent.sum(),
        counts.dropped.sum(),
        counts.failures(),
        latencies.getValueAtPercentile(50) / 1000.0,
        latencies.getValueAtPercentile(99) / 1000.0,
        latencies.getMaxValue() / 1000.0);
  }

  long refusedSum() {
    return refused.values().stream().mapToLong(n -> n).sum();
  }

  ObjectNode json() {
    return JsonMapper.shared().valueToTree(this);
  }

  String text() {
    StringBuilder out = new StringBuilder();
    line(out, "sent", sent, "copies included");
    line(out, "acknowledged", acknowledged, "");
    refused.forEach((reason, count) -> line(out, "refused", count, reason));
    line(
        out,
        "unanswered",
        unanswered,
        dropped > 0 ? dropped + " of them dropped, buffer full" : "");
    line(out, "lost", lost, "on the simulated link, never sent");
    line(out, "copies", copies, "of messages sent before, with the same id");
    line(out, "sent again", resent, "after a reconnect");
    failures.forEach((what, count) -> line(out, "failed", count, what));
    return out.append(
            String.format(
                Locale.ROOT,
                "%d devices, %.1f s, %.0f messages/s; acknowledged in %.1f ms (p50), %.1f ms (p99),"
                    + " %.1f ms (most); seed %d",
                devices,
                seconds,
                acknowledged / seconds,
                p50Millis,
                p99Millis,
                maxMillis,
                seed))
        .toString();
  }

  private static void line(StringBuilder out, String what, long count, String remark) {
    out.append(String.format(Locale.ROOT, "%-13s %,14d  %s", what, count, remark).stripTrailing())
        .append(System.lineSeparator());
  }
}
