package io.vagus.rule.engine;

import io.vagus.model.GroupId;
import io.vagus.rule.Effect;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A rule as tests write one: what they do not say has its default. */
record RuleText(
    String id,
    String when,
    Optional<String> clear,
    Map<String, Window> windows,
    Map<String, Rule.Related> related,
    Optional<GroupId> group,
    Duration hold,
    Rule.Fire fire,
    Duration cooldown,
    Optional<Duration> maxAge,
    int firingsPerMinute,
    List<Effect> effects) {
  static final Effect ALERT = new Effect.RaiseAlert(Effect.AlertClass.TICKET, "it is so");

  static RuleText of(String id, String when) {
    return new RuleText(
        id,
        when,
        Optional.empty(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        Duration.ZERO,
        Rule.Fire.ON_CHANGE,
        Duration.ZERO,
        Optional.empty(),
        Rule.DEFAULT_FIRINGS_PER_MINUTE,
        List.of(ALERT));
  }

  RuleText window(String name, Window window) {
    Map<String, Window> more = new java.util.TreeMap<>(windows);
    more.put(name, window);
    return new RuleText(
        id,
        when,
        clear,
        more,
        related,
        group,
        hold,
        fire,
        cooldown,
        maxAge,
        firingsPerMinute,
        effects);
  }

  RuleText clear(String condition) {
    return new RuleText(
        id,
        when,
        Optional.of(condition),
        windows,
        related,
        group,
        hold,
        fire,
        cooldown,
        maxAge,
        firingsPerMinute,
        effects);
  }

  RuleText related(String name, String relation, Optional<String> product) {
    return new RuleText(
        id,
        when,
        clear,
        windows,
        Map.of(name, new Rule.Related(relation, product)),
        group,
        hold,
        fire,
        cooldown,
        maxAge,
        firingsPerMinute,
        effects);
  }

  RuleText group(String name) {
    return new RuleText(
        id,
        when,
        clear,
        windows,
        related,
        Optional.of(new GroupId(name)),
        hold,
        fire,
        cooldown,
        maxAge,
        firingsPerMinute,
        effects);
  }

  RuleText hold(Duration time) {
    return new RuleText(
        id,
        when,
        clear,
        windows,
        related,
        group,
        time,
        fire,
        cooldown,
        maxAge,
        firingsPerMinute,
        effects);
  }

  RuleText always() {
    return new RuleText(
        id,
        when,
        clear,
        windows,
        related,
        group,
        hold,
        Rule.Fire.ALWAYS,
        cooldown,
        maxAge,
        firingsPerMinute,
        effects);
  }

  RuleText cooldown(Duration time) {
    return new RuleText(
        id,
        when,
        clear,
        windows,
        related,
        group,
        hold,
        fire,
        time,
        maxAge,
        firingsPerMinute,
        effects);
  }

  RuleText maxAge(Duration time) {
    return new RuleText(
        id,
        when,
        clear,
        windows,
        related,
        group,
        hold,
        fire,
        cooldown,
        Optional.of(time),
        firingsPerMinute,
        effects);
  }

  RuleText firingsPerMinute(int most) {
    return new RuleText(
        id, when, clear, windows, related, group, hold, fire, cooldown, maxAge, most, effects);
  }

  RuleText effects(Effect... those) {
    return new RuleText(
        id,
        when,
        clear,
        windows,
        related,
        group,
        hold,
        fire,
        cooldown,
        maxAge,
        firingsPerMinute,
        List.of(those));
  }

  Rule rule() {
    return new Rule(
        id,
        "",
        "a test",
        Rule.Mode.LIVE,
        List.of("pump"),
        group,
        windows,
        related,
        when,
        clear,
        hold,
        fire,
        cooldown,
        maxAge,
        firingsPerMinute,
        effects,
        List.of());
  }

  RuleVersion version(int version) {
    return new RuleVersion(rule(), version, version, Instant.EPOCH, "user:anna");
  }
}
