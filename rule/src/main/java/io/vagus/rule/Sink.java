package io.vagus.rule;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where a rule's {@link Action.Send} goes.
 *
 * @param config settings of its kind, such as {@code url}
 * @param secrets the names of those that are set; their values are never shown
 * @param changedAt when it was last saved
 */
public record Sink(
    String name,
    Kind kind,
    String description,
    Map<String, String> config,
    Set<String> secrets,
    Instant changedAt) {
  public static final int MAX_DESCRIPTION = 1000;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  /** What it is. The names are stored. */
  public enum Kind {
    /** Part of the platform: commands, desired state, alerts. */
    BUILT_IN,
    /** HTTP POST. */
    WEBHOOK,
    /** A topic of this platform's own broker. */
    MQTT,
    /** A topic of a Kafka cluster. */
    KAFKA
  }

  /**
   * A sink as somebody wants it.
   *
   * @param secrets by name: empty takes one away; one that is not named stays as it is
   */
  public record Order(
      Kind kind,
      String description,
      Map<String, String> config,
      Map<String, Optional<String>> secrets) {
    public Order {
      if (description.length() > MAX_DESCRIPTION) {
        throw new IllegalArgumentException(
            "description: %d characters (expected: <= %d)"
                .formatted(description.length(), MAX_DESCRIPTION));
      }
      config = Collections.unmodifiableMap(new TreeMap<>(config));
      secrets = Collections.unmodifiableMap(new TreeMap<>(secrets));
    }
  }

  public Sink {
    config = Collections.unmodifiableMap(new TreeMap<>(config));
    secrets = Collections.unmodifiableSet(new TreeSet<>(secrets));
  }

  public static boolean isValidName(String name) {
    return NAME.matcher(name).matches();
  }
}
