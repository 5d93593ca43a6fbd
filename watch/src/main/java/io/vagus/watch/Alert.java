package io.vagus.watch;

import io.vagus.model.DeviceId;
import io.vagus.rule.Effect.AlertClass;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something that somebody is to know of, and what became of it. Of one source and device one is
 * open at a time; what raises it again only counts. Times are microseconds since the epoch.
 *
 * @param source who raises it, such as {@code rule:overheat}
 * @param device empty: of none
 * @param count how often it was raised
 * @param lastMicros when last
 * @param clearedMicros when its source said that it is over; empty: it is open
 * @param cause of the first time
 */
public record Alert(
    String id,
    String source,
    Optional<DeviceId> device,
    AlertClass alertClass,
    String text,
    long count,
    long raisedMicros,
    long lastMicros,
    OptionalLong clearedMicros,
    Optional<Acknowledgement> acknowledged,
    Cause cause) {
  public static final int MAX_TEXT = 4000;
  public static final int MAX_NOTE = 1000;

  /** How it stands. */
  public enum State {
    OPEN,
    /** Open, and somebody has it in hand. */
    ACKNOWLEDGED,
    CLEARED
  }

  /**
   * Somebody has it in hand.
   *
   * @param by as the event log names him
   */
  public record Acknowledgement(String by, long atMicros, String note) {}

  /**
   * What to look for elsewhere.
   *
   * @param firing id
   * @param message id of what the device sent; empty: it sent nothing
   * @param commands ids of those sent with it
   */
  public record Cause(Optional<String> firing, Optional<String> message, List<String> commands) {
    public static final Cause UNKNOWN = new Cause(Optional.empty(), Optional.empty(), List.of());

    public Cause {
      commands = List.copyOf(commands);
    }
  }

  public State state() {
    if (clearedMicros.isPresent()) {
      return State.CLEARED;
    }
    return acknowledged.isPresent() ? State.ACKNOWLEDGED : State.OPEN;
  }

  /** Raised once more, by other words perhaps; somebody who has it in hand still has. */
  Alert again(AlertChange.Raise raise) {
    return new Alert(
        id,
        source,
        device,
        raise.alertClass(),
        raise.text(),
        count + 1,
        raisedMicros,
        Math.max(lastMicros, raise.atMicros()),
        clearedMicros,
        acknowledged,
        cause);
  }

  Alert cleared(long atMicros) {
    return new Alert(
        id,
        source,
        device,
        alertClass,
        text,
        count,
        raisedMicros,
        lastMicros,
        OptionalLong.of(Math.max(atMicros, raisedMicros)),
        acknowledged,
        cause);
  }

  Alert acknowledged(Acknowledgement by) {
    return new Alert(
        id,
        source,
        device,
        alertClass,
        text,
        count,
        raisedMicros,
        lastMicros,
        clearedMicros,
        Optional.of(by),
        cause);
  }
}
