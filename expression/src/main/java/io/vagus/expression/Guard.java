package io.vagus.expression;

import io.vagus.kit.VagusException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An interlock: something is done only while its condition holds. One that cannot be judged
 * refuses, for a value that nobody knows is no permission. Immutable.
 */
public final class Guard {
  private static final int MAX_DETAIL = 500;

  private final String id;
  private final String message;
  private final Optional<Duration> maxAge;
  private final @Nullable Expression expression;
  private final String broken;

  private Guard(
      String id,
      String message,
      Optional<Duration> maxAge,
      @Nullable Expression expression,
      String broken) {
    this.id = id;
    this.message = message;
    this.maxAge = maxAge;
    this.expression = expression;
    this.broken = broken;
  }

  /** Of that text; one that cannot be compiled here refuses always. */
  public static Guard of(
      String id, String text, String message, Optional<Duration> maxAge, Scope scope) {
    try {
      return new Guard(id, message, maxAge, Expression.compile(text, scope), "");
    } catch (VagusException e) {
      return new Guard(id, message, maxAge, null, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Why not.
   *
   * @param interlock its id
   * @param detail its message, and the values that it saw or misses
   * @param seen by path; null: missing
   */
  public record Refusal(String interlock, String detail, Map<String, @Nullable Object> seen) {}

  /** Empty: nothing speaks against it. */
  public Optional<Refusal> refusal(Situation situation) {
    if (expression == null) {
      return Optional.of(refused(broken, Map.of()));
    }
    Verdict verdict = expression.judge(situation, maxAge);
    return switch (verdict.outcome()) {
      case HOLDS -> Optional.empty();
      case FAILS -> Optional.of(refused(values(verdict.seen()), verdict.seen()));
      case UNKNOWN -> Optional.of(refused("cannot be judged: " + verdict.why(), verdict.seen()));
    };
  }

  private Refusal refused(String why, Map<String, @Nullable Object> seen) {
    String detail = message + " (" + why + ")";
    return new Refusal(
        id, detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) + "…" : detail, seen);
  }

  private static String values(Map<String, @Nullable Object> seen) {
    return seen.entrySet().stream()
        .map(value -> value.getKey() + " = " + value.getValue())
        .collect(Collectors.joining(", "));
  }
}
