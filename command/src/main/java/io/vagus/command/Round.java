package io.vagus.command;

import io.vagus.command.CommandRecords.Changes;
import io.vagus.command.CommandRecords.Entry;
import io.vagus.command.CommandRecords.Note;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.registry.Fact;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is decided together and becomes durable in one transaction, and what follows when it is.
 * Confined to the commands' thread.
 */
final class Round {
  final long nowMicros;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final List<Command> steps = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private final Map<String, DeadMen.Armed> deadMen = new LinkedHashMap<>();
  private final List<Runnable> afterwards = new ArrayList<>();
  private final List<Runnable> last = new ArrayList<>();
  private final Set<DeviceId> touched = new LinkedHashSet<>();

  Round(long nowMicros) {
    this.nowMicros = nowMicros;
  }

  void created(Command command, long ordinal) {
    entries.put(command.id(), new Entry(command, ordinal, true));
    steps.add(command);
    touched.add(command.device());
  }

  void changed(Command command) {
    Entry before = entries.get(command.id());
    entries.put(
        command.id(),
        before == null
            ? new Entry(command, 0, false)
            : new Entry(command, before.ordinal(), before.isNew()));
    steps.add(command);
    touched.add(command.device());
  }

  /** Its commands are looked at at the end of the round. */
  void touch(DeviceId device) {
    touched.add(device);
  }

  /** When all that was decided is durable. */
  void afterwards(Runnable action) {
    afterwards.add(action);
  }

  /** Goes into the event log. */
  void note(String actor, Fact fact) {
    notes.add(new Note(actor, fact));
  }

  void deadMan(DeadMen.Armed now) {
    deadMen.put(now.device().value() + "/" + now.name(), now);
  }

  Changes changes() {
    return new Changes(entries(), notes, List.copyOf(deadMen.values()));
  }

  /** How many of that name it made for the device, but for those that it refused. */
  int made(DeviceId device, String name) {
    return (int)
        entries.values().stream()
            .filter(e -> e.isNew() && e.command().state() != CommandState.REFUSED)
            .filter(e -> e.command().device().equals(device) && e.command().name().equals(name))
            .count();
  }

  /** After all that. */
  void last(Runnable action) {
    last.add(action);
  }

  Set<DeviceId> touched() {
    return touched;
  }

  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** Every command as it was after each change. */
  List<Command> steps() {
    return steps;
  }

  void finish() {
    afterwards.forEach(Runnable::run);
    last.forEach(Runnable::run);
  }
}
