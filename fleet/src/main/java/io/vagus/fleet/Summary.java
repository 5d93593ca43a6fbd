package io.vagus.fleet;

import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run sent and what was acknowledged, as the devices saw it, by outcome.
 *
 * @param refused messages that the server did not take, by reason
 * @param errors connections and requests that came to nothing, by reason
 */
record Summary(
    Size size, Fates fates, Map<String, Long> refused, Map<String, Long> errors, Latency latency) {

  /**
   * How much of a run it was.
   *
   * @param connectSeconds until each device was let in or refused
   * @param seconds of sending
   */
  record Size(long seed, int devices, long connections, double connectSeconds, double seconds) {}

  /**
   * What became of messages.
   *
   * @param sent copies included
   * @param unanswered those dropped included
   * @param linkLost on the simulated link: never sent
   * @param copies of messages sent before, with the same id
   * @param resent after a reconnect
   * @param dropped the device's buffer was full
   */
  record Fates(
      long sent,
      long acknowledged,
      long unanswered,
      long linkLost,
      long copies,
      long resent,
      long dropped) {}

  /** From the sending of a message to its acknowledgement. */
  record Latency(double p50Millis, double p99Millis, double p999Millis, double maxMillis) {
    static Latency of(Histogram micros) {
      return new Latency(
          micros.getValueAtPercentile(50) / 1000.0,
          micros.getValueAtPercentile(99) / 1000.0,
          micros.getValueAtPercentile(99.9) / 1000.0,
          micros.getMaxValue() / 1000.0);
    }
  }

  static Summary of(Counts counts, Size size) {
    return new Summary(
        size,
        new Fates(
            counts.sent.sum(),
            counts.acknowledged.sum(),
            counts.inFlight(),
            counts.lost.sum(),
            counts.copies.sum(),
            counts.resent.sum(),
            counts.dropped.sum()),
        counts.refusals(),
        counts.failures(),
        Latency.of(counts.latencies()));
  }

  long acknowledged() {
    return fates.acknowledged();
  }

  long refusedSum() {
    return refused.values().stream().mapToLong(n -> n).sum();
  }

  long errorSum() {
    return errors.values().stream().mapToLong(n -> n).sum();
  }

  double messagesPerSecond() {
    return size.seconds() == 0 ? 0 : acknowledged() / size.seconds();
  }

  ObjectNode json() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.setAll((ObjectNode) JsonMapper.shared().valueToTree(size));
    json.put("messagesPerSecond", messagesPerSecond());
    json.setAll((ObjectNode) JsonMapper.shared().valueToTree(fates));
    json.set("refused", JsonMapper.shared().valueToTree(refused));
    json.set("errors", JsonMapper.shared().valueToTree(errors));
    json.set("latency", JsonMapper.shared().valueToTree(latency));
    return json;
  }

  String text() {
    StringBuilder out = new StringBuilder();
    line(out, "sent", fates.sent(), "copies included");
    line(out, "acknowledged", fates.acknowledged(), "");
    refused.forEach((reason, count) -> line(out, "refused", count, reason));
    lineIfAny(
        out,
        "unanswered",
        fates.unanswered(),
        fates.dropped() > 0 ? fates.dropped() + " of them dropped, buffer full" : "");
    lineIfAny(out, "lost on link", fates.linkLost(), "as the profile says: never sent");
    lineIfAny(out, "copies", fates.copies(), "of messages sent before, with the same id");
    lineIfAny(out, "sent again", fates.resent(), "not answered before");
    errors.forEach((what, count) -> line(out, "error", count, what));
    return out.append(
            String.format(
                Locale.ROOT,
                "%,d devices, let in within %.1f s, sent for %.1f s, %,.1f messages/s; seed %d%n"
                    + "acknowledged in %.1f ms (p50), %.1f ms (p99), %.1f ms (p999), %.1f ms (max)",
                size.devices(),
                size.connectSeconds(),
                size.seconds(),
                messagesPerSecond(),
                size.seed(),
                latency.p50Millis(),
                latency.p99Millis(),
                latency.p999Millis(),
                latency.maxMillis()))
        .toString();
  }

  private static void lineIfAny(StringBuilder out, String what, long count, String remark) {
    if (count > 0) {
      line(out, what, count, remark);
    }
  }

  private static void line(StringBuilder out, String what, long count, String remark) {
    out.append(String.format(Locale.ROOT, "%-13s %,14d  %s", what, count, remark).stripTrailing())
        .append(System.lineSeparator());
  }
}
