package io.vagus.fleet;

import io.vagus.kit.DataSize;
import io.vagus.kit.Durations;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a load run is judged by. */
enum Figure {
  RATE("rate", "messages/s", r -> r.summary().messagesPerSecond()),
  P50("p50", "ms", r -> r.summary().latency().p50Millis()),
  P99("p99", "ms", r -> r.summary().latency().p99Millis()),
  P999("p999", "ms", r -> r.summary().latency().p999Millis()),
  MAX("max", "ms", r -> r.summary().latency().maxMillis()),
  LOST("lost", "messages", LoadReport::lost),
  UNANSWERED("unanswered", "messages", r -> r.summary().fates().unanswered()),
  REFUSED("refused", "messages", r -> r.summary().refusedSum()),
  ERRORS("errors", "errors", r -> r.summary().errorSum()),
  CONNECT("connect", "s", r -> r.summary().size().connectSeconds()),
  JOURNAL("journal", "bytes", r -> r.change().journalBytes()),
  SERIES("series", "bytes", r -> r.change().seriesBytes()),
  BYTES_PER_MESSAGE("bytes-per-message", "bytes", LoadReport::bytesPerMessage);

  final String word;
  final String unit;
  private final ToDoubleFunction<LoadReport> value;

  Figure(String word, String unit, ToDoubleFunction<LoadReport> value) {
    this.word = word;
    this.unit = unit;
    this.value = value;
  }

  double of(LoadReport report) {
    return value.applyAsDouble(report);
  }

  /**
   * A bound as people write it, in this figure's unit: {@code 50ms}, {@code 1000/s}, {@code 2GiB}.
   */
  double parse(String text) {
    return switch (unit) {
      case "ms" -> Durations.parse(text).toNanos() / 1e6;
      case "s" -> Durations.parse(text).toNanos() / 1e9;
      case "bytes" -> DataSize.parse(text).bytes();
      default -> Double.parseDouble(text.replaceFirst("/s$", ""));
    };
  }

  String shown(double number) {
    String digits = number == Math.rint(number) ? "%,.0f %s" : "%,.1f %s";
    return String.format(Locale.ROOT, digits, number, unit);
  }
}
