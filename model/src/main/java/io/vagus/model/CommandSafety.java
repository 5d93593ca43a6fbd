package io.vagus.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What keeps a command from doing harm.
 *
 * @param interlocks all must hold
 * @param rateLimit how often a device may get it
 * @param deadMan what happens when it is not repeated
 * @param twoPersons whether two people must approve before it is queued
 */
public record CommandSafety(
    List<Interlock> interlocks,
    Optional<RateLimit> rateLimit,
    Optional<DeadMan> deadMan,
    boolean twoPersons) {
  public static final CommandSafety NONE =
      new CommandSafety(List.of(), Optional.empty(), Optional.empty(), false);

  /** People who must approve. */
  public static final int APPROVALS = 2;

  public CommandSafety {
    interlocks = Interlock.checked(interlocks);
  }

  /** At most so many within any such time, of one device. */
  public record RateLimit(int count, Duration per) {
    private static final int MAX_COUNT = 1000;
    private static final Duration MAX_PER = Duration.ofDays(1);

    public RateLimit {
      if (count < 1 || count > MAX_COUNT) {
        throw new IllegalArgumentException(
            "rateLimit.count: " + count + " (expected: 1 to " + MAX_COUNT + ")");
      }
      if (per.compareTo(Duration.ofSeconds(1)) < 0 || per.compareTo(MAX_PER) > 0) {
        throw new IllegalArgumentException("rateLimit.per: " + per + " (expected: 1s to 1d)");
      }
    }
  }

  /** Unless the command comes again within the time, the fallback is done. */
  public record DeadMan(Duration within, Fallback fallback) {
    private static final Duration MAX_WITHIN = Duration.ofDays(1);

    public DeadMan {
      if (within.compareTo(Duration.ofSeconds(1)) < 0 || within.compareTo(MAX_WITHIN) > 0) {
        throw new IllegalArgumentException("deadMan.within: " + within + " (expected: 1s to 1d)");
      }
    }
  }

  /** What is safe: no interlock, rate limit or approval holds it up. */
  public sealed interface Fallback {}

  /**
   * A command of the same product.
   *
   * @param arguments a JSON object
   */
  public record Send(String command, String arguments) implements Fallback {}

  /**
   * A change of desired state.
   *
   * @param patch a JSON merge patch
   */
  public record Want(String patch) implements Fallback {}
}
