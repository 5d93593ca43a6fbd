package io.vagus.registry;

import io.vagus.model.DeviceId;
import java.util.Locale;

/**
 * Who makes a change. The call carries it (a scoped value of its thread), so that each change
 * within knows its actor without being told: {@link #call} where a call comes in, {@link #current}
 * where the event log writes.
 *
 * @param name empty for those of whom there is one
 */
public record Actor(Kind kind, String name) {

  /** What kind of somebody. */
  public enum Kind {
    /** Vagus itself: at its start, by its own schedule. */
    SYSTEM,
    /** Nobody said who: a server in open mode. */
    ANYBODY,
    USER,
    TOKEN,
    DEVICE,
    /** A rule that fired. */
    RULE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static final Actor SYSTEM = new Actor(Kind.SYSTEM, "");
  public static final Actor ANYBODY = new Actor(Kind.ANYBODY, "");
  private static final ScopedValue<Actor> CURRENT = ScopedValue.newInstance();

  public static Actor user(String name) {
    return new Actor(Kind.USER, name);
  }

  /** A program, by its API token's name. */
  public static Actor token(String name) {
    return new Actor(Kind.TOKEN, name);
  }

  /** A device that changes something itself, such as its certificate. */
  public static Actor device(DeviceId id) {
    return new Actor(Kind.DEVICE, id.value());
  }

  /** What a rule did of itself. */
  public static Actor rule(String id) {
    return new Actor(Kind.RULE, id);
  }

  /** As the log holds it; anything else is an INVALID_REQUEST. */
  public static Actor parse(String text) {
    int colon = text.indexOf(':');
    String word = colon < 0 ? text : text.substring(0, colon);
    String name = colon < 0 ? "" : text.substring(colon + 1);
    for (Kind kind : Kind.values()) {
      boolean isOne = kind == Kind.SYSTEM || kind == Kind.ANYBODY;
      if (kind.word().equals(word) && isOne == name.isEmpty()) {
        return new Actor(kind, name);
      }
    }
    throw Rules.invalid(
        "actor: \"" + text + "\" (expected: such as user:anna, token:admin, device:d1 or system)");
  }

  /** Whoever makes changes on this thread. */
  public static Actor current() {
    return CURRENT.orElse(SYSTEM);
  }

  /** Does the work, on this thread, as this actor. */
  public <T, X extends Throwable> T call(ScopedValue.CallableOp<? extends T, X> work) throws X {
    return ScopedValue.where(CURRENT, this).call(work);
  }

  /** As the log holds it: {@code token:admin}, {@code system}. */
  public String text() {
    return name.isEmpty() ? kind.word() : kind.word() + ":" + name;
  }
}
