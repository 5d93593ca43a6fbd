package io.vagus.rule;

import static io.vagus.rule.RuleCodec.duration;

import io.vagus.kit.Durations;
import io.vagus.wire.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Windows of a rule as JSON: {@code "kind"} says which. */
final class WindowJson {
  private static final Duration LONGEST_SESSION = Duration.ofHours(8);

  private static final Map<String, Function<JsonObject, Window>> KINDS =
      new TreeMap<>(
          Map.of(
              "tumbling", WindowJson::tumbling,
              "sliding", WindowJson::sliding,
              "session", WindowJson::session,
              "absence", WindowJson::absence));

  private WindowJson() {}

  static Window read(JsonObject json) {
    Function<JsonObject, Window> kind = json.require("kind", json.choice("kind", KINDS));
    try {
      return kind.apply(json);
    } catch (IllegalArgumentException e) { // "window.size: PT0S (expected: …)"
      String[] parts = String.valueOf(e.getMessage()).replaceFirst("^window\\.", "").split(": ", 2);
      throw json.wrong(parts[0], parts[parts.length - 1]);
    }
  }

  private static Window tumbling(JsonObject json) {
    String metric = metric(json);
    Duration size = required(json, "size");
    Duration lateness = duration(json, "lateness").orElse(Duration.ZERO);
    json.end();
    return new Window.Tumbling(metric, size, lateness);
  }

  private static Window sliding(JsonObject json) {
    String metric = metric(json);
    Duration size = required(json, "size");
    Optional<Duration> slide = duration(json, "slide");
    json.end();
    return new Window.Sliding(metric, size, slide.orElse(standardSlide(size)));
  }

  /** As fine as it goes in whole seconds, or in less. */
  private static Duration standardSlide(Duration size) {
    Duration finest = size.dividedBy(Window.Sliding.MOST_STEPS);
    Duration whole = Duration.ofSeconds(Math.ceilDiv(finest.toNanos(), 1_000_000_000L));
    return whole.compareTo(size) <= 0 ? whole : size;
  }

  private static Window session(JsonObject json) {
    String metric = metric(json);
    Duration gap = required(json, "gap");
    Optional<Duration> longest = duration(json, "longest");
    Duration lateness = duration(json, "lateness").orElse(Duration.ZERO);
    json.end();
    Duration standard = gap.compareTo(LONGEST_SESSION) > 0 ? gap : LONGEST_SESSION;
    return new Window.Session(metric, gap, longest.orElse(standard), lateness);
  }

  private static Window absence(JsonObject json) {
    String metric = metric(json);
    Duration after = required(json, "after");
    json.end();
    return new Window.Absence(metric, after);
  }

  private static String metric(JsonObject json) {
    return json.require("metric", json.string("metric"));
  }

  private static Duration required(JsonObject json, String name) {
    return json.require(name, duration(json, name));
  }

  static void write(Window window, JsonWriter out) {
    out.text("kind", kind(window)).text("metric", window.metric());
    switch (window) {
      case Window.Tumbling w -> write(out, "size", w.size(), "lateness", w.lateness());
      case Window.Sliding w -> write(out, "size", w.size(), "slide", w.slide());
      case Window.Session w -> {
        write(out, "gap", w.gap(), "longest", w.longest());
        write(out, "lateness", w.lateness());
      }
      case Window.Absence w -> write(out, "after", w.after());
    }
  }

  private static void write(
      JsonWriter out, String first, Duration one, String second, Duration other) {
    write(out, first, one);
    write(out, second, other);
  }

  private static void write(JsonWriter out, String name, Duration value) {
    out.text(name, value.isZero() ? "0s" : Durations.format(value));
  }

  private static String kind(Window window) {
    return switch (window) {
      case Window.Tumbling w -> "tumbling";
      case Window.Sliding w -> "sliding";
      case Window.Session w -> "session";
      case Window.Absence w -> "absence";
    };
  }
}
