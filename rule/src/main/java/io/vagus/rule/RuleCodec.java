package io.vagus.rule;

import io.vagus.kit.Durations;
import io.vagus.model.GroupId;
import io.vagus.wire.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Rules as JSON, as people write them and as they are stored. Strict: what is wrong is an
 * INVALID_REQUEST that names the path, the value and what is expected there. What is left out has
 * its default, and is left out again when it is written. Field names are stored: they never change
 * meaning.
 */
public final class RuleCodec {
  /** Bytes of one rule. */
  public static final int MAX_BYTES = 64 << 10;

  private static final Duration NONE = Duration.ZERO;

  private RuleCodec() {}

  /** Its id is in it. */
  public static Rule read(byte[] json) {
    requireSize(json.length);
    return read(JsonObject.parse(json), Optional.empty());
  }

  /** As {@link #text} wrote it. */
  public static Rule read(String json) {
    return read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Rule sound(Rule rule) {
    String text = text(rule);
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw JsonObject.invalid("rule", "half a character (expected: text that UTF-8 can carry)");
    }
    requireSize(text.length());
    return rule;
  }

  private static void requireSize(long bytes) {
    if (bytes > MAX_BYTES) {
      throw JsonObject.invalid("rule", bytes + " bytes (expected: <= " + MAX_BYTES + ")");
    }
  }

  /**
   * @param name of one that has none yet
   */
  public static Rule read(JsonObject json, String name) {
    return read(json, Optional.of(json.string("id").orElse(name)));
  }

  /**
   * @param id of the path; the body may say it again. Empty: the body says it
   */
  public static Rule read(JsonObject json, Optional<String> id) {
    Optional<String> said = json.string("id");
    String name = id.orElseGet(() -> json.require("id", said));
    if (said.isPresent() && !said.get().equals(name)) {
      throw JsonObject.invalid("id", said.get() + " (expected: " + name + ", as the path says)");
    }
    String description = json.string("description").orElse("");
    String owner = json.require("owner", json.string("owner"));
    Rule.Mode mode = json.choice("mode", words(Rule.Mode.class)).orElse(Rule.Mode.LIVE);
    List<String> products = json.require("products", json.strings("products"));
    Optional<GroupId> group =
        json.string("group").map(g -> json.make("group", () -> new GroupId(g)));
    Map<String, Window> windows = named(json, "windows", WindowJson::read);
    Map<String, Rule.Related> related = named(json, "related", RuleCodec::related);
    String when = json.require("when", json.string("when"));
    Optional<String> clear = json.string("clear");
    Duration hold = duration(json, "hold").orElse(NONE);
    Rule.Fire fire = json.choice("fire", words(Rule.Fire.class)).orElse(Rule.Fire.ON_CHANGE);
    Duration cooldown = duration(json, "cooldown").orElse(NONE);
    Optional<Duration> maxAge = duration(json, "maxAge");
    int most =
        json.integer("firingsPerMinute", 1, Integer.MAX_VALUE)
            .orElse((long) Rule.DEFAULT_FIRINGS_PER_MINUTE)
            .intValue();
    List<Effect> effects = json.require("effects", json.list("effects", EffectJson::read));
    List<Effect> clearEffects = json.list("clearEffects", EffectJson::read).orElse(List.of());
    json.end();
    return checked(() ->
        new Rule(
            name,
            description,
            owner,
            mode,
            products,
            group,
            windows,
            related,
            when,
            clear,
            hold,
            fire,
            cooldown,
            maxAge,
            most,
            effects,
            clearEffects));
  }

  private static Rule.Related related(JsonObject json) {
    String relation = json.require("relation", json.string("relation"));
    Optional<String> product = json.string("product");
    json.end();
    return new Rule.Related(relation, product);
  }

  private interface Reader<T> {
    T read(JsonObject json);
  }

  private static <T> Map<String, T> named(JsonObject json, String field, Reader<T> reader) {
    Map<String, T> found = new TreeMap<>();
    json.object(field)
        .ifPresent(all -> {
          for (String name : all.names()) {
            found.put(name, reader.read(all.require(name, all.object(name))));
          }
        });
    return found;
  }

  static Optional<Duration> duration(JsonObject json, String name) {
    return json.string(name).map(text -> json.make(name, () -> Durations.parse(text)));
  }

  static <E extends Enum<E>> Map<String, E> words(Class<E> type) {
    Map<String, E> words = new TreeMap<>();
    for (E constant : type.getEnumConstants()) {
      words.put(word(constant), constant);
    }
    return words;
  }

  /** Of a word that was written here. */
  static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Objects.requireNonNull(words(type).get(word), word);
  }

  /** As people read it: {@code on-change}. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What a rule says of itself begins with the path of the field, behind its own name. */
  private static Rule checked(Supplier<Rule> maker) {
    try {
      return sound(maker.get());
    } catch (IllegalArgumentException e) {
      String[] parts = String.valueOf(e.getMessage()).replaceFirst("^rule\\.", "").split(": ", 2);
      throw JsonObject.invalid(parts[0], parts[parts.length - 1]);
    }
  }

  /** Compact, in the order of the design; defaults are left out. */
  public static String text(Rule rule) {
    return JsonWriter.text(out -> write(rule, out));
  }

  private static void write(Rule rule, JsonWriter out) {
    out.text("id", rule.id());
    if (!rule.description().isEmpty()) {
      out.text("description", rule.description());
    }
    out.text("owner", rule.owner()).text("mode", word(rule.mode()));
    out.texts("products", rule.products());
    rule.group().ifPresent(group -> out.text("group", group.value()));
    if (!rule.windows().isEmpty()) {
      out.object(
          "windows",
          all ->
              rule.windows().forEach((name, w) -> all.object(name, o -> WindowJson.write(w, o))));
    }
    if (!rule.related().isEmpty()) {
      out.object(
          "related",
          all -> rule.related().forEach((name, r) -> all.object(name, o -> write(r, o))));
    }
    out.text("when", rule.when());
    rule.clear().ifPresent(clear -> out.text("clear", clear));
    timing(rule, out);
    out.objects("effects", rule.effects(), EffectJson::write);
    if (!rule.clearEffects().isEmpty()) {
      out.objects("clearEffects", rule.clearEffects(), EffectJson::write);
    }
  }

  private static void timing(Rule rule, JsonWriter out) {
    if (!rule.hold().isZero()) {
      out.text("hold", Durations.format(rule.hold()));
    }
    if (rule.fire() != Rule.Fire.ON_CHANGE) {
      out.text("fire", word(rule.fire()));
    }
    if (!rule.cooldown().isZero()) {
      out.text("cooldown", Durations.format(rule.cooldown()));
    }
    rule.maxAge().ifPresent(age -> out.text("maxAge", Durations.format(age)));
    if (rule.firingsPerMinute() != Rule.DEFAULT_FIRINGS_PER_MINUTE) {
      out.number("firingsPerMinute", rule.firingsPerMinute());
    }
  }

  private static void write(Rule.Related related, JsonWriter out) {
    out.text("relation", related.relation());
    related.product().ifPresent(product -> out.text("product", product));
  }
}
