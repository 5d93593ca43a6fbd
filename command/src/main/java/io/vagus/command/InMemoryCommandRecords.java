package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The records' twin without a disk and without events. Owns its lock. */
public final class InMemoryCommandRecords implements CommandRecords {
  private static final Comparator<Command> NEWEST =
      Comparator.comparing(Command::createdMicros).reversed().thenComparing(Command::id);

  private static final Set<CommandState> WITHOUT_EFFECT =
      EnumSet.of(CommandState.REFUSED, CommandState.CANCELLED, CommandState.EXPIRED);

  private final List<DeadMen.Armed> deadMen = new ArrayList<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<DeviceId, Counts> marks = new HashMap<>();

  @Override
  public synchronized void write(Changes changes) {
    for (DeadMen.Armed one : changes.deadMen()) {
      deadMen.removeIf(d -> d.device().equals(one.device()) && d.name().equals(one.name()));
      if (one.dueMicros() > 0) {
        deadMen.add(one);
      }
    }
    for (Entry entry : changes.entries()) {
      Entry before = entries.get(entry.command().id());
      long ordinal = before == null ? entry.ordinal() : before.ordinal();
      entries.put(entry.command().id(), new Entry(entry.command(), ordinal, false));
    }
  }

  @Override
  public synchronized int recent(DeviceId device, String name, long sinceMicros) {
    return (int)
        entries.values().stream()
            .map(Entry::command)
            .filter(c -> c.device().equals(device) && c.name().equals(name))
            .filter(c -> c.createdMicros() > sinceMicros && !WITHOUT_EFFECT.contains(c.state()))
            .count();
  }

  @Override
  public synchronized List<DeadMen.Armed> deadMen() {
    return List.copyOf(deadMen);
  }

  @Override
  public synchronized int forget(long beforeMicros, long most, int limit) {
    long beyond = entries.size() - most;
    List<Entry> old =
        entries.values().stream()
            .filter(entry -> entry.command().isOver())
            .sorted(Comparator.comparing(entry -> entry.command().createdMicros()))
            .limit(limit)
            .toList();
    int gone = 0;
    for (Entry entry : old) {
      Command command = entry.command();
      if (command.createdMicros() < beforeMicros || gone < beyond) {
        marks.merge(command.device(), counts(command.device()), InMemoryCommandRecords::highest);
        entries.remove(command.id());
        gone++;
      }
    }
    return gone;
  }

  private static Counts highest(Counts one, Counts other) {
    Counts newer = other.ordinal() > one.ordinal() ? other : one;
    long[] sequences = newer.sequences().clone();
    for (int i = 0; i < sequences.length; i++) {
      sequences[i] = Math.max(one.sequences()[i], other.sequences()[i]);
    }
    return new Counts(newer.ordinal(), sequences, newer.issuer());
  }

  @Override
  public synchronized Optional<Command> find(String id) {
    return Optional.ofNullable(entries.get(id)).map(Entry::command);
  }

  @Override
  public synchronized List<Entry> open() {
    return entries.values().stream()
        .filter(entry -> !entry.command().isOver())
        .sorted(
            Comparator.<Entry, DeviceId>comparing(e -> e.command().device())
                .thenComparing(Entry::ordinal))
        .toList();
  }

  @Override
  public synchronized Counts counts(DeviceId device) {
    Counts counts = Counts.none();
    long[] sequences = counts.sequences();
    for (Entry entry : entries.values()) {
      Command command = entry.command();
      if (command.device().equals(device)) {
        int lane = command.lane().ordinal();
        sequences[lane] = Math.max(sequences[lane], command.sequence());
        counts =
            entry.ordinal() > counts.ordinal()
                ? new Counts(entry.ordinal(), sequences, command.issuer())
                : counts;
      }
    }
    return highest(marks.getOrDefault(device, Counts.none()), counts);
  }

  @Override
  public Page<Command> page(Filter filter, Optional<String> cursor, int limit) {
    return page(any -> true, filter, cursor, limit);
  }

  @Override
  public Page<Command> page(
      Collection<DeviceId> devices, Filter filter, Optional<String> cursor, int limit) {
    return page(Set.copyOf(devices)::contains, filter, cursor, limit);
  }

  private synchronized Page<Command> page(
      Predicate<DeviceId> devices, Filter filter, Optional<String> cursor, int limit) {
    Optional<Command> after = cursor.flatMap(c -> find(c.substring(c.indexOf(':') + 1)));
    return Paged.of(
        matching(filter)
            .filter(c -> devices.test(c.device()))
            .sorted(NEWEST)
            .filter(c -> after.isEmpty() || NEWEST.compare(c, after.get()) > 0)
            .limit(limit + 1L)
            .toList(),
        limit);
  }

  private Stream<Command> matching(Filter filter) {
    return entries.values().stream()
        .map(Entry::command)
        .filter(c -> filter.device().isEmpty() || filter.device().get().equals(c.device()))
        .filter(c -> filter.state().isEmpty() || filter.state().get() == c.state())
        .filter(c -> c.createdMicros() >= filter.fromMicros())
        .filter(c -> c.createdMicros() < filter.toMicros())
        .filter(c -> filter.bulk().isEmpty() || filter.bulk().equals(c.bulk()));
  }

  @Override
  public synchronized CommandOutcomes outcomes(
      Optional<Collection<DeviceId>> devices, Filter filter) {
    return matching(filter)
        .filter(c -> devices.isEmpty() || devices.get().contains(c.device()))
        .map(CommandOutcomes::of)
        .reduce(CommandOutcomes.NONE, CommandOutcomes::plus);
  }

  @Override
  public synchronized Map<CommandState, Long> ofBulk(String bulk) {
    Map<CommandState, Long> counts = new EnumMap<>(CommandState.class);
    entries.values().stream()
        .map(Entry::command)
        .filter(c -> c.bulk().equals(Optional.of(bulk)))
        .forEach(c -> counts.merge(c.state(), 1L, Long::sum));
    return counts;
  }
}
