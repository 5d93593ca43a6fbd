package io.vagus.process;

import io.vagus.rule.Effect;
import io.vagus.rule.Rule;
import io.vagus.rule.Window;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules for the devices of the open product. */
final class TestRules {
  private TestRules() {}

  static Rule rule(String id, String when, Map<String, Window> windows, Effect... effects) {
    return rule(id, when, Rule.Fire.ON_CHANGE, windows, Map.of(), effects);
  }

  static Rule rule(
      String id,
      String when,
      Rule.Fire fire,
      Map<String, Window> windows,
      Map<String, Rule.Related> related,
      Effect... effects) {
    return new Rule(
        id,
        "",
        "tests",
        Rule.Mode.LIVE,
        List.of("open"),
        Optional.empty(),
        windows,
        related,
        when,
        Optional.empty(),
        Duration.ZERO,
        fire,
        Duration.ZERO,
        Optional.empty(),
        Rule.DEFAULT_FIRINGS_PER_MINUTE,
        List.of(effects),
        List.of());
  }

  static Effect alert(String text) {
    return new Effect.RaiseAlert(Effect.AlertClass.TICKET, text);
  }

  static Effect note(String text) {
    return new Effect.NoteEvent(Effect.Severity.INFO, text);
  }

  /** A threshold, one of each kind of window, a stream and one that acts. */
  static List<Rule> ofEveryKind() {
    return List.of(
        rule("high", "readings.t.value > 80.0", Map.of(), alert("t is ${readings.t.value}")),
        rule(
            "minute",
            "windows.w.mean > 50.0",
            Map.of("w", new Window.Tumbling("t", Duration.ofMinutes(1), Duration.ofSeconds(5))),
            note("mean ${windows.w.mean} of ${windows.w.count}")),
        rule(
            "sliding",
            "windows.w.max - windows.w.min > 60.0",
            Map.of("w", new Window.Sliding("t", Duration.ofMinutes(2), Duration.ofSeconds(10))),
            alert("swings")),
        rule(
            "session",
            "windows.w.count > 3.0",
            Map.of(
                "w",
                new Window.Session(
                    "t", Duration.ofSeconds(40), Duration.ofMinutes(10), Duration.ZERO)),
            note("${windows.w.count} readings")),
        rule(
            "silent",
            "windows.w.absent",
            Map.of("w", new Window.Absence("t", Duration.ofSeconds(90))),
            alert("silent")),
        rule(
            "stream",
            "readings.t.value > 0.0",
            Rule.Fire.ALWAYS,
            Map.of(),
            Map.of(),
            new Effect.Send("erp", Optional.empty())),
        rule(
            "acts",
            "readings.t.value < 10.0",
            Map.of(),
            new Effect.ChangeDesired(Optional.empty(), "{\"mode\":\"warm\"}")));
  }
}
