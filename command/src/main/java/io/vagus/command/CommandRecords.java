package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Fact;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where commands are kept. Calls may block on disk. Thread-safe. */
public interface CommandRecords {

  /**
   * Makes all durable together, with one event for each that is new, refused or cancelled.
   *
   * @param changed each command once, as it is now
   */
  default void write(List<Entry> changed) {
    write(new Changes(changed, List.of(), List.of()));
  }

  /** The same, with what else happened. */
  void write(Changes changes);

  /** How many of that name a device got since then; not those that certainly had no effect. */
  int recent(DeviceId device, String name, long sinceMicros);

  /** Those that are armed. */
  List<DeadMen.Armed> deadMen();

  Optional<Command> find(String id);

  /** Those that are not over, in the order in which they were made for each device. */
  List<Entry> open();

  /** What was counted of a device so far. */
  Counts counts(DeviceId device);

  /** The newest first. */
  Page<Command> page(Filter filter, Optional<String> cursor, int limit);

  /** The same of some devices: costs what they have, not what all have. */
  Page<Command> page(
      Collection<DeviceId> devices, Filter filter, Optional<String> cursor, int limit);

  /**
   * What became of those that are over.
   *
   * @param devices empty: of all
   */
  CommandOutcomes outcomes(Optional<Collection<DeviceId>> devices, Filter filter);

  /**
   * Forgets the oldest that are over: those made before then, and those beyond so many. Numbers
   * that a device must not see again are kept.
   *
   * @param limit at most so many at once
   * @return how many
   */
  int forget(long beforeMicros, long most, int limit);

  /** Of the page that begins after that command. */
  static String cursor(Command last) {
    return last.createdMicros() + ":" + last.id();
  }

  /** How many of a bulk command are in which state. */
  Map<CommandState, Long> ofBulk(String bulk);

  /**
   * What becomes durable together.
   *
   * @param entries each command once, as it is now
   * @param deadMen as they are now
   */
  record Changes(List<Entry> entries, List<Note> notes, List<DeadMen.Armed> deadMen) {
    public Changes {
      entries = List.copyOf(entries);
      notes = List.copyOf(notes);
      deadMen = List.copyOf(deadMen);
    }

    boolean isEmpty() {
      return entries.isEmpty() && notes.isEmpty() && deadMen.isEmpty();
    }
  }

  /**
   * What the event log is told.
   *
   * @param actor as the log names him
   */
  record Note(String actor, Fact fact) {}

  /**
   * A command with its place.
   *
   * @param ordinal counts the commands of its device, from 1
   * @param isNew whether the records do not have it yet
   */
  record Entry(Command command, long ordinal, boolean isNew) {}

  /**
   * @param ordinal of the newest command; 0 without any
   * @param sequences the highest given in each lane, by the lane's ordinal
   * @param issuer of the newest command; empty without any
   */
  record Counts(long ordinal, long[] sequences, String issuer) {
    /** Of a device that never had a command. */
    public static Counts none() {
      return new Counts(0, new long[Command.Lane.values().length], "");
    }
  }

  /**
   * Which commands; all conditions hold at once.
   *
   * @param fromMicros asked for at this time or later
   * @param toMicros asked for before
   */
  record Filter(
      Optional<DeviceId> device,
      Optional<CommandState> state,
      Optional<String> bulk,
      long fromMicros,
      long toMicros) {
    public static final Filter ALL =
        new Filter(Optional.empty(), Optional.empty(), Optional.empty());

    /** At any time. */
    public Filter(Optional<DeviceId> device, Optional<CommandState> state, Optional<String> bulk) {
      this(device, state, bulk, Long.MIN_VALUE, Long.MAX_VALUE);
    }
  }
}
