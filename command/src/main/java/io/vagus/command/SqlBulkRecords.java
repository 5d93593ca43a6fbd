package io.vagus.command;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.CommandState;
import io.vagus.model.Page;
import io.vagus.registry.EventLog;
import io.vagus.registry.sql.Database;
import io.vagus.registry.sql.SqlConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Bulk commands in the registry's database, beside their commands. */
public final class SqlBulkRecords implements BulkRecords {
  private static final String UNSUCCESSFUL =
      Arrays.stream(CommandState.values())
          .filter(state -> state.isOver() && state != CommandState.SUCCEEDED)
          .map(state -> Integer.toString(state.ordinal()))
          .collect(Collectors.joining(", "));

  private final Database database;
  private final EventLog events;

  public SqlBulkRecords(Database database, EventLog events) {
    this.database = database;
    this.events = events;
  }

  @Override
  public void create(Bulk bulk, List<Member> members, Runnable committed) {
    database.write(sql -> {
      requireRoom(sql.number("select count(*) from bulk_command where settled = 0"));
      BulkTable.insert(sql, bulk, members);
      database.afterCommit(committed);
      return events.append(BulkFacts.created(bulk));
    });
  }

  static void requireRoom(long unsettled) {
    if (unsettled >= MAX_UNSETTLED) {
      throw new VagusException(
          ErrorCode.BUSY,
          "bulk commands: %d go on (expected: < %d)".formatted(unsettled, MAX_UNSETTLED));
    }
  }

  @Override
  public Optional<Bulk> find(String id) {
    return database.read(sql -> sql.first(BulkTable::bulk, BulkTable.COLUMNS + "where id = ?", id));
  }

  @Override
  public Page<Bulk> page(Optional<String> cursor, int limit) {
    long before = cursor.map(Paged::number).orElse(Long.MAX_VALUE);
    return Paged.bulks(
        database.read(sql ->
            sql.list(
                BulkTable::bulk,
                BulkTable.COLUMNS + "where created_micros < ? order by created_micros desc limit ?",
                before,
                limit + 1)),
        limit);
  }

  @Override
  public List<Bulk> unsettled() {
    return database.read(sql ->
        sql.list(BulkTable::bulk, BulkTable.COLUMNS + "where settled = 0 order by created_micros"));
  }

  @Override
  public boolean move(Bulk before, Bulk after, Runnable committed) {
    return database.write(sql -> {
      boolean moved = BulkTable.move(sql, before, after);
      if (moved) {
        events.append(BulkFacts.moved(after));
        database.afterCommit(committed);
      }
      return moved;
    });
  }

  @Override
  public void asked(String bulk, long asked, Map<Long, String> rejected) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    rejected.forEach((place, why) -> rows.add(new Object[] {why, bulk, place}));
    database.write(sql -> {
      sql.updateAll("update bulk_device set rejected = ? where bulk = ? and place = ?", rows);
      return sql.update("update bulk_command set asked = ? where id = ?", asked, bulk);
    });
  }

  @Override
  public void settled(String bulk) {
    database.write(sql -> sql.update("update bulk_command set settled = 1 where id = ?", bulk));
  }

  /** As of one commit, so that the counts add up. */
  @Override
  public BulkProgress progress(Bulk bulk) {
    return database.snapshot(sql -> {
      Map<CommandState, Long> states = new EnumMap<>(CommandState.class);
      sql.list(
              row -> Map.entry(CommandState.values()[(int) row.number(1)], row.number(2)),
              "select state, count(*) from command where bulk = ? group by state",
              bulk.id())
          .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
      long rejected =
          sql.number(
              "select count(*) from bulk_device where bulk = ? and rejected is not null",
              bulk.id());
      long asked = sql.number("select asked from bulk_command where id = ?", bulk.id());
      return new BulkProgress(bulk.devices(), asked, rejected, states);
    });
  }

  @Override
  public List<Member> members(String bulk, long place, int limit) {
    return database.read(sql ->
        sql.list(
            BulkTable::member,
            "select place, device, command from bulk_device where bulk = ? and place > ?"
                + " order by place limit ?",
            bulk,
            place,
            limit));
  }

  @Override
  public Page<Outcome> outcomes(Bulk bulk, Which which, Optional<String> cursor, int limit) {
    long after = cursor.map(Paged::number).orElse(0L);
    return Paged.outcomes(
        database.read(sql -> outcomes(sql, bulk, which, after, limit + 1)), limit);
  }

  private static List<Outcome> outcomes(
      SqlConnection sql, Bulk bulk, Which which, long after, int limit) {
    return sql
        .list(
            row -> List.of(row.number(1)),
            "select m.place from bulk_device m left join command c on c.id = m.command"
                + " where m.bulk = ? and m.place > ? and "
                + condition(bulk, which)
                + " order by m.place limit ?",
            bulk.id(),
            after,
            limit)
        .stream()
        .flatMap(place ->
            sql
                .first(
                    row -> BulkTable.outcome(sql, row),
                    "select place, device, command, rejected from bulk_device"
                        + " where bulk = ? and place = ?",
                    bulk.id(),
                    place.getFirst())
                .stream())
        .toList();
  }

  private static String condition(Bulk bulk, Which which) {
    return switch (which) {
      case All _ -> "1 = 1";
      case Waiting _ -> "m.place > " + bulk.asked();
      case Rejected _ -> "m.rejected is not null";
      case In in -> "c.state = " + in.state().ordinal();
      case Unsuccessful _ ->
          "(m.rejected is not null or c.state in (%s)%s)"
              .formatted(
                  UNSUCCESSFUL, bulk.state().isOver() ? " or m.place > " + bulk.asked() : "");
    };
  }
}
