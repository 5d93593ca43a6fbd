package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Actor;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.sql.Database;
import io.vagus.registry.sql.Migration;
import io.vagus.registry.sql.SchemaPart;
import io.vagus.registry.sql.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Commands in the registry's database. */
public final class SqlCommandRecords implements CommandRecords {
  /** The event log tells that a command was made, not how its device answered. */
  public static final SchemaPart PART =
      new SchemaPart(
          Migration.beside(SqlCommandRecords.class, 9, 14, 15, 21),
          Map.of("command", (sql, event) -> {}),
          List.of());

  private final Database database;
  private final EventLog events;

  public SqlCommandRecords(Database database, EventLog events) {
    this.database = database;
    this.events = events;
  }

  @Override
  public void write(Changes changes) {
    List<Entry> changed = changes.entries();
    database.write(sql -> {
      for (Entry entry : changed) {
        if (entry.isNew()) {
          CommandTable.insert(sql, entry.command(), entry.ordinal());
        }
        if (!entry.isNew() || entry.command().result().isPresent()) {
          CommandTable.update(sql, entry.command());
        }
      }
      changes.deadMen().forEach(one -> CommandTable.save(sql, one));
      facts(changes).forEach((actor, facts) -> Actor.parse(actor).call(() -> events.append(facts)));
      return changed.size();
    });
  }

  /** By who made them happen, in order. */
  private static Map<String, List<Fact>> facts(Changes changes) {
    Map<String, List<Fact>> facts = new LinkedHashMap<>();
    for (Entry entry : changes.entries()) {
      Command command = entry.command();
      if (entry.isNew()) {
        add(facts, command.issuer(), CommandFacts.created(command));
      }
      if (command.state() == CommandState.CANCELLED) {
        add(facts, command.steps().getLast().actor(), CommandFacts.cancelled(command));
      }
      if (command.state() == CommandState.REFUSED) {
        add(facts, command.steps().getLast().actor(), CommandFacts.refused(command));
      }
    }
    changes.notes().forEach(note -> add(facts, note.actor(), note.fact()));
    return facts;
  }

  private static void add(Map<String, List<Fact>> facts, String actor, Fact fact) {
    facts.computeIfAbsent(actor, a -> new ArrayList<>()).add(fact);
  }

  @Override
  public int forget(long beforeMicros, long most, int limit) {
    return database.write(sql -> ForgottenCommands.forget(sql, beforeMicros, most, limit));
  }

  @Override
  public Optional<Command> find(String id) {
    return database.read(
        sql -> sql.first(CommandTable::command, CommandTable.COLUMNS + "where id = ?", id));
  }

  @Override
  public int recent(DeviceId device, String name, long sinceMicros) {
    return (int)
        (long)
            database.read(sql ->
                sql.number(
                    "select count(*) from command where device = ? and name = ?"
                        + " and created_micros > ? and state not in (?, ?, ?)",
                    device.value(),
                    name,
                    sinceMicros,
                    CommandState.REFUSED.ordinal(),
                    CommandState.CANCELLED.ordinal(),
                    CommandState.EXPIRED.ordinal()));
  }

  @Override
  public List<DeadMen.Armed> deadMen() {
    return database.read(CommandTable::deadMen);
  }

  @Override
  public List<Entry> open() {
    return database.read(sql ->
        sql.list(
            row -> new Entry(CommandTable.command(row), CommandTable.ordinal(row), false),
            CommandTable.COLUMNS + "where is_open = 1 order by device, ordinal"));
  }

  @Override
  public Counts counts(DeviceId device) {
    return database.read(sql -> counts(sql, device));
  }

  private static Counts counts(SqlConnection sql, DeviceId device) {
    Counts counts =
        sql.first(
                row ->
                    new Counts(
                        CommandTable.ordinal(row),
                        new long[Lane.values().length],
                        CommandTable.command(row).issuer()),
                CommandTable.COLUMNS + "where device = ? order by ordinal desc limit 1",
                device.value())
            .orElseGet(Counts::none);
    for (Lane lane : Lane.values()) {
      counts.sequences()[lane.ordinal()] =
          sql.number(
              "select max(sequence) from command where device = ? and lane = ?",
              device.value(),
              lane.ordinal());
    }
    return ForgottenCommands.counts(sql, device.value(), counts);
  }

  @Override
  public Page<Command> page(Filter filter, Optional<String> cursor, int limit) {
    CommandSearch search = new CommandSearch(filter, cursor);
    return Paged.of(database.read(sql -> search.ofAll(sql, limit + 1)), limit);
  }

  @Override
  public Page<Command> page(
      Collection<DeviceId> devices, Filter filter, Optional<String> cursor, int limit) {
    CommandSearch search = new CommandSearch(filter, cursor);
    return Paged.of(database.snapshot(sql -> search.of(sql, devices, limit + 1)), limit);
  }

  @Override
  public CommandOutcomes outcomes(Optional<Collection<DeviceId>> devices, Filter filter) {
    CommandSearch search = new CommandSearch(filter, Optional.empty());
    return database.snapshot(
        sql -> devices.isPresent() ? search.outcomes(sql, devices.get()) : search.outcomes(sql));
  }

  @Override
  public Map<CommandState, Long> ofBulk(String bulk) {
    Map<CommandState, Long> counts = new EnumMap<>(CommandState.class);
    database
        .read(sql ->
            sql.list(
                row -> List.of(row.number(1), row.number(2)),
                "select state, count(*) from command where bulk = ? group by state",
                bulk))
        .forEach(row -> counts.put(CommandState.values()[row.getFirst().intValue()], row.get(1)));
    return counts;
  }
}
