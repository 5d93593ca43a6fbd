package io.vagus.rule;

import io.vagus.model.GroupId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * From a reading to an action, as a person wrote it. Nothing here is compiled: an expression may
 * still be wrong.
 *
 * @param owner team or person who answers for it
 * @param products whose devices it looks at
 * @param group of those the ones in it; empty: all
 * @param windows by name, {@code windows.NAME} in expressions
 * @param related other devices by name, {@code related.NAME} in expressions
 * @param when CEL, true or false
 * @param clear CEL: ends what {@code when} began; empty: {@code when} no longer holding does
 * @param hold of event time that {@code when} must hold before the rule fires
 * @param cooldown of event time after a firing in which it does not fire for the device again
 * @param maxAge a reading that is older is as good as missing
 * @param firingsPerMinute for one device; more is a loop, and the rule is stopped there
 * @param effects when it fires
 * @param clearEffects when it clears
 */
public record Rule(
    String id,
    String description,
    String owner,
    Mode mode,
    List<String> products,
    Optional<GroupId> group,
    Map<String, Window> windows,
    Map<String, Related> related,
    String when,
    Optional<String> clear,
    Duration hold,
    Fire fire,
    Duration cooldown,
    Optional<Duration> maxAge,
    int firingsPerMinute,
    List<Effect> effects,
    List<Effect> clearEffects) {
  public static final int MAX_PRODUCTS = 50;
  public static final int MAX_WINDOWS = 8;
  public static final int MAX_RELATED = 4;
  public static final int MAX_EFFECTS = 8;
  public static final int MAX_DESCRIPTION = 1000;
  public static final int DEFAULT_FIRINGS_PER_MINUTE = 30;
  private static final int MOST_FIRINGS_PER_MINUTE = 60_000;
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,31}");

  /** Whether it acts. */
  public enum Mode {
    LIVE,
    /** It is judged and its firings are listed; nothing is carried out. */
    SHADOW,
    OFF
  }

  /** How often. */
  public enum Fire {
    /** When its condition begins to hold. */
    ON_CHANGE,
    /** At each message for which it holds: for handing a stream on. */
    ALWAYS
  }

  /**
   * Another device of the same asset.
   *
   * @param relation as {@code io.vagus.twin.Reach} names ways: {@code feeds}, {@code within}, …
   * @param product its; empty: any. Of several the first by id
   */
  public record Related(String relation, Optional<String> product) {}

  public Rule {
    require(ID.matcher(id).matches(), "id", id, "1 to 64 of a-z, 0-9 and -");
    require(!owner.isBlank() && owner.length() <= 128, "owner", owner, "1 to 128 characters");
    require(
        description.length() <= MAX_DESCRIPTION,
        "description",
        description.length() + " characters",
        "<= " + MAX_DESCRIPTION);
    requireSize("products", products.size(), 1, MAX_PRODUCTS);
    requireSize("windows", windows.size(), 0, MAX_WINDOWS);
    requireSize("related", related.size(), 0, MAX_RELATED);
    requireSize("effects", effects.size(), 1, MAX_EFFECTS);
    requireSize("clearEffects", clearEffects.size(), 0, MAX_EFFECTS);
    requireNames("windows", windows);
    requireNames("related", related);
    requireTime("hold", hold);
    requireTime("cooldown", cooldown);
    maxAge.ifPresent(age -> requireTime("maxAge", age));
    requireSize("firingsPerMinute", firingsPerMinute, 1, MOST_FIRINGS_PER_MINUTE);
    products = List.copyOf(products);
    windows = Collections.unmodifiableMap(new TreeMap<>(windows));
    related = Collections.unmodifiableMap(new TreeMap<>(related));
    effects = List.copyOf(effects);
    clearEffects = List.copyOf(clearEffects);
  }

  /** The same of that group. */
  public Rule inGroup(Optional<GroupId> other) {
    return with(mode, other);
  }

  /** The same in that mode. */
  public Rule inMode(Mode other) {
    return with(other, group);
  }

  private Rule with(Mode otherMode, Optional<GroupId> otherGroup) {
    return new Rule(
        id,
        description,
        owner,
        otherMode,
        products,
        otherGroup,
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
        clearEffects);
  }

  private static void requireNames(String what, Map<String, ?> named) {
    named
        .keySet()
        .forEach(name ->
            require(NAME.matcher(name).matches(), what, name, "1 to 32 of letters, digits and _"));
  }

  private static void requireTime(String what, Duration value) {
    require(!value.isNegative() && value.compareTo(LONGEST) <= 0, what, value, "0 to " + LONGEST);
  }

  private static void requireSize(String what, int size, int least, int most) {
    require(size >= least && size <= most, what, size, least + " to " + most);
  }

  private static void require(boolean holds, String what, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "rule.%s: %s (expected: %s)".formatted(what, value, expected));
    }
  }
}
