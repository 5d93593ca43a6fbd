package io.vagus.watch;

import io.vagus.kit.Ids;
import io.vagus.kit.WallClock;
import io.vagus.model.Page;
import io.vagus.registry.Actor;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.sql.Database;
import io.vagus.registry.sql.Migration;
import io.vagus.registry.sql.SchemaPart;
import io.vagus.registry.sql.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/** Alerts in the registry's database. */
public final class SqlAlerts implements Alerts {
  /** The event log tells that an alert was raised and what became of it, not how often it was. */
  public static final SchemaPart PART =
      new SchemaPart(
          Migration.beside(SqlAlerts.class, 18), Map.of("alert", (sql, event) -> {}), List.of());

  private static final int ID_BYTES = 8;
  private static final int FORGOTTEN_AT_ONCE = 500;

  private final Database database;
  private final EventLog events;
  private final WallClock wall;
  private final LongAdder unraised = new LongAdder();

  public SqlAlerts(Database database, EventLog events, WallClock wall) {
    this.database = database;
    this.events = events;
    this.wall = wall;
  }

  @Override
  public void apply(List<AlertChange> changes) {
    long missed =
        database.write(sql -> {
          Room room = new Room(sql);
          List<Fact> facts = new ArrayList<>();
          for (AlertChange change : changes) {
            apply(sql, change, room).ifPresent(facts::add);
          }
          events.append(facts);
          return room.missed;
        });
    unraised.add(missed);
  }

  /** For more that are open. Confined to one transaction. */
  private static final class Room {
    private long left;
    private long missed;

    Room(SqlConnection sql) {
      left = MAX_OPEN - AlertTable.open(sql);
    }

    boolean take() {
      if (left <= 0) {
        missed++;
        return false;
      }
      left--;
      return true;
    }
  }

  private Optional<Fact> apply(SqlConnection sql, AlertChange change, Room room) {
    Optional<AlertTable.Stored> last = AlertTable.newest(sql, change.source(), change.device());
    if (last.isPresent() && change.sequence() <= last.get().sequence()) {
      return Optional.empty();
    }
    Optional<Alert> open =
        last.map(AlertTable.Stored::alert).filter(alert -> alert.clearedMicros().isEmpty());
    return switch (change) {
      case AlertChange.Raise raise when open.isPresent() -> {
        AlertTable.update(sql, open.get().again(raise), raise.sequence());
        yield Optional.empty();
      }
      case AlertChange.Raise raise ->
          room.take() ? Optional.of(raise(sql, raise)) : Optional.empty();
      case AlertChange.Clear clear ->
          open.map(alert -> {
            Alert cleared = alert.cleared(clear.atMicros());
            AlertTable.update(sql, cleared, clear.sequence());
            return AlertFacts.cleared(cleared);
          });
    };
  }

  private static Fact raise(SqlConnection sql, AlertChange.Raise raise) {
    Alert alert =
        new Alert(
            Ids.randomHex(ID_BYTES),
            raise.source(),
            raise.device(),
            raise.alertClass(),
            raise.text(),
            1,
            raise.atMicros(),
            raise.atMicros(),
            OptionalLong.empty(),
            Optional.empty(),
            raise.cause());
    long ordinal = AlertTable.ordinal(sql) + 1;
    AlertTable.insert(sql, new AlertTable.Stored(alert, raise.sequence(), ordinal));
    return AlertFacts.raised(alert);
  }

  @Override
  public void end(String source) {
    database.write(sql -> {
      List<Fact> facts = new ArrayList<>();
      for (AlertTable.Stored stored : AlertTable.open(sql, source)) {
        Alert cleared = stored.alert().cleared(wall.micros());
        AlertTable.update(sql, cleared, stored.sequence());
        facts.add(AlertFacts.cleared(cleared));
      }
      return events.append(facts);
    });
  }

  /** Alerts that were not raised since too many were open. */
  public long unraised() {
    return unraised.sum();
  }

  @Override
  public Optional<Alert> find(String id) {
    return database.read(sql -> AlertTable.find(sql, id)).map(AlertTable.Stored::alert);
  }

  @Override
  public Optional<Alert> acknowledge(String id, String by, String note) {
    Alerts.requireNote(note);
    return database.write(sql ->
        AlertTable.find(sql, id)
            .map(stored -> {
              Alert after =
                  stored.alert().acknowledged(new Alert.Acknowledgement(by, wall.micros(), note));
              AlertTable.update(sql, after, stored.sequence());
              Actor.parse(by).call(() -> events.append(AlertFacts.acknowledged(after)));
              return after;
            }));
  }

  @Override
  public Page<Alert> page(Filter filter, Optional<String> cursor, int limit) {
    long before = Alerts.before(cursor);
    List<AlertTable.Stored> found =
        database.read(sql -> AlertTable.page(sql, filter, before, limit + 1));
    boolean more = found.size() > limit;
    List<AlertTable.Stored> page = more ? found.subList(0, limit) : found;
    return new Page<>(
        page.stream().map(AlertTable.Stored::alert).toList(),
        more ? Optional.of("a" + page.getLast().ordinal()) : Optional.empty());
  }

  @Override
  public long count(Filter filter) {
    return database.read(sql -> AlertTable.count(sql, filter));
  }

  @Override
  public boolean forget(AlertConfig config, long nowMicros) {
    long before = nowMicros - config.retention().toNanos() / 1000;
    int forgotten =
        database.write(sql -> {
          long tooMany = sql.number("select count(*) from alert") - config.maxKept();
          return AlertTable.forget(sql, before, tooMany, FORGOTTEN_AT_ONCE);
        });
    return forgotten >= FORGOTTEN_AT_ONCE;
  }
}
