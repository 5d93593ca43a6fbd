package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.model.CommandState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open commands of one device: in each lane those that wait, and the one that was sent and is
 * not acknowledged. Confined to the commands' thread.
 */
final class DeviceLanes {
  private static final int LANES = Lane.values().length;

  private final List<ArrayDeque<String>> waiting = new ArrayList<>(LANES);
  private final @Nullable String[] unacknowledged = new @Nullable String[LANES];
  private final long[] sequences;
  private long ordinal;
  private String issuer;
  private int open;

  DeviceLanes(CommandRecords.Counts counts) {
    this.sequences = counts.sequences().clone();
    this.ordinal = counts.ordinal();
    this.issuer = counts.issuer();
    for (int i = 0; i < LANES; i++) {
      waiting.add(new ArrayDeque<>(2));
    }
  }

  /** How many commands it had: the version of its command log. */
  long ordinal() {
    return ordinal;
  }

  /** Who asked for the newest. */
  String issuer() {
    return issuer;
  }

  int open() {
    return open;
  }

  /** A new command; its ordinal. */
  long add(Command command) {
    ordinal++;
    issuer = command.issuer();
    if (!command.isOver()) {
      open++;
    }
    if (command.state() == CommandState.QUEUED) {
      queue(command);
    }
    return ordinal;
  }

  /** It may be sent from now on. */
  void queue(Command command) {
    waiting.get(command.lane().ordinal()).add(command.id());
  }

  /** One that was open before a restart. */
  void restore(Command command) {
    open++;
    switch (command.state()) {
      case CREATED, VALIDATED, QUEUED -> waiting.get(command.lane().ordinal()).add(command.id());
      case SENT -> unacknowledged[command.lane().ordinal()] = command.id();
      case ACKNOWLEDGED,
          SUCCEEDED,
          FAILED,
          EXPIRED,
          CANCELLED,
          UNKNOWN,
          AWAITING_APPROVAL,
          REFUSED -> {}
    }
  }

  /** The next of a lane, when none before it is unacknowledged; stays where it is. */
  @Nullable String next(Lane lane) {
    return unacknowledged[lane.ordinal()] == null ? waiting.get(lane.ordinal()).peek() : null;
  }

  @Nullable String unacknowledged(Lane lane) {
    return unacknowledged[lane.ordinal()];
  }

  /**
   * Takes the next of a lane; its sequence.
   *
   * @param leastSequence so that it is above what a platform restored from a backup forgot
   */
  long take(Lane lane, long leastSequence) {
    int i = lane.ordinal();
    unacknowledged[i] = waiting.get(i).remove();
    sequences[i] = Math.max(sequences[i] + 1, leastSequence);
    return sequences[i];
  }

  /** Nobody took it: it is the next again. */
  void putBack(Command command) {
    leave(command);
    waiting.get(command.lane().ordinal()).addFirst(command.id());
  }

  /** It is no longer waiting, nor unacknowledged. */
  void leave(Command command) {
    int i = command.lane().ordinal();
    if (command.id().equals(unacknowledged[i])) {
      unacknowledged[i] = null;
    } else {
      waiting.get(i).remove(command.id());
    }
  }

  void over() {
    open--;
  }
}
