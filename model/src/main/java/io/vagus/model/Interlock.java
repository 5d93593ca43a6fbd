package io.vagus.model;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A condition that must hold for something to be done, in CEL; where it cannot be judged, nothing
 * is done.
 *
 * @param message why not, for people
 * @param maxAge a reading that is older is as good as missing; empty: any age will do
 */
public record Interlock(String id, String expression, String message, Optional<Duration> maxAge) {
  public static final int MAX_MESSAGE = 256;
  public static final int MAX_OF_ONE = 16;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,47}");

  public Interlock {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "interlock: \"" + id + "\" (expected: 1 to 48 of letters, digits and . _ -)");
    }
    if (message.isBlank() || message.length() > MAX_MESSAGE) {
      throw new IllegalArgumentException(
          "interlock %s.message: %d characters (expected: 1 to %d)"
              .formatted(id, message.length(), MAX_MESSAGE));
    }
    if (maxAge.isPresent() && (maxAge.get().isNegative() || maxAge.get().isZero())) {
      throw new IllegalArgumentException(
          "interlock " + id + ".maxAge: " + maxAge.get() + " (expected: > 0)");
    }
  }

  /** No more than may be, and no two of one id. */
  static List<Interlock> checked(List<Interlock> interlocks) {
    if (interlocks.size() > MAX_OF_ONE) {
      throw new IllegalArgumentException(
          "interlocks: " + interlocks.size() + " (expected: <= " + MAX_OF_ONE + ")");
    }
    Set<String> ids = new HashSet<>();
    for (Interlock interlock : interlocks) {
      if (!ids.add(interlock.id())) {
        throw new IllegalArgumentException(
            "interlock: \"" + interlock.id() + "\" is there twice (expected: once)");
      }
    }
    return List.copyOf(interlocks);
  }
}
