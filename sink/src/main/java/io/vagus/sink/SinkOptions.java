package io.vagus.sink;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.Spelling;
import io.vagus.kit.VagusException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The settings of one sink being read: asks for them by name, then {@link #end} refuses those that
 * nobody asked for. Confined to one thread.
 */
public final class SinkOptions {
  private static final int MAX_LENGTH = 32_768;

  private final Map<String, String> config;
  private final Map<String, String> secrets;
  private final TreeSet<String> known = new TreeSet<>();
  private final TreeSet<String> knownSecrets = new TreeSet<>();

  SinkOptions(Map<String, String> config, Map<String, String> secrets) {
    this.config = config;
    this.secrets = secrets;
    config.forEach((name, value) -> requireLength("config." + name, value));
    secrets.forEach((name, value) -> requireLength("secrets." + name, value));
  }

  private static void requireLength(String path, String value) {
    if (value.length() > MAX_LENGTH) {
      throw invalid(path, value.length() + " characters (expected: <= " + MAX_LENGTH + ")");
    }
  }

  public String required(String name) {
    return optional(name)
        .filter(value -> !value.isBlank())
        .orElseThrow(() -> invalid("config." + name, "missing (expected: a value)"));
  }

  public Optional<String> optional(String name) {
    known.add(name);
    return Optional.ofNullable(config.get(name));
  }

  public Optional<String> secret(String name) {
    knownSecrets.add(name);
    return Optional.ofNullable(secrets.get(name));
  }

  public int integer(String name, int standard, int least, int most) {
    String text = optional(name).orElse(Integer.toString(standard));
    if (text.matches("\\d{1,9}")
        && Integer.parseInt(text) >= least
        && Integer.parseInt(text) <= most) {
      return Integer.parseInt(text);
    }
    throw wrong(name, text, "a whole number from " + least + " to " + most);
  }

  public boolean bool(String name) {
    String text = optional(name).orElse("false");
    if (!text.equals("true") && !text.equals("false")) {
      throw wrong(name, text, "true or false");
    }
    return text.equals("true");
  }

  public Duration duration(String name, Duration standard, Duration least, Duration most) {
    String text = optional(name).orElse(Durations.format(standard));
    try {
      Duration value = Durations.parse(text);
      if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
        return value;
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // The message below says what was expected.
    }
    throw wrong(
        name, text, "a duration from " + Durations.format(least) + " to " + Durations.format(most));
  }

  /** Settings and secrets whose names begin so, by the rest of their names. */
  public Map<String, String> prefixed(String prefix, boolean secret) {
    Map<String, String> found = new LinkedHashMap<>();
    (secret ? secrets : config)
        .forEach((name, value) -> {
          if (name.startsWith(prefix) && name.length() > prefix.length()) {
            (secret ? knownSecrets : known).add(name);
            found.put(name.substring(prefix.length()), value);
          }
        });
    return found;
  }

  /** Refuses what nobody asked for. */
  public void end() {
    refuseUnknown("config.", config, known);
    refuseUnknown("secrets.", secrets, knownSecrets);
  }

  private static void refuseUnknown(String path, Map<String, String> given, TreeSet<String> known) {
    given.keySet().stream()
        .filter(name -> !known.contains(name))
        .findFirst()
        .ifPresent(name -> {
          throw invalid(
              path + name, "unknown (expected one of: " + known + ")" + Spelling.hint(name, known));
        });
  }

  /** A value of the configuration that is not as it should be. */
  public static VagusException wrong(String name, String value, String expected) {
    String shown = value.length() > 200 ? value.substring(0, 200) + "…" : value;
    return invalid("config." + name, "\"" + shown + "\" (expected: " + expected + ")");
  }

  /** The same of a secret, which is not shown. */
  public static VagusException wrongSecret(String name, String expected) {
    return invalid("secrets." + name, "(expected: " + expected + ")");
  }

  private static VagusException invalid(String path, String why) {
    return new VagusException(ErrorCode.INVALID_REQUEST, path + ": " + why);
  }
}
