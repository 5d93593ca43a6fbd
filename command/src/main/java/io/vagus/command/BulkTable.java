package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.sql.SqlConnection;
import io.vagus.registry.sql.SqlRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bulk commands as rows. Each method is one step of the transaction it is given. */
final class BulkTable {
  static final String COLUMNS =
      "select id, name, arguments, lane, deadline_micros, scope_group, scope_product, scope_query,"
          + " rate_hz, stop_share, stop_least, issuer, state, why, created_micros, ended_micros,"
          + " devices, asked from bulk_command ";

  private BulkTable() {}

  static void insert(SqlConnection sql, Bulk bulk, List<BulkRecords.Member> members) {
    BulkOrder order = bulk.order();
    sql.update(
        "insert into bulk_command (id, name, arguments, lane, deadline_micros, scope_group,"
            + " scope_product, scope_query, rate_hz, stop_share, stop_least, issuer, state, why,"
            + " created_micros, ended_micros, devices, asked, settled)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        bulk.id(),
        order.name(),
        order.arguments(),
        order.lane().map(Lane::ordinal).orElse(null),
        order.deadline().map(BulkTable::micros).orElse(null),
        order.scope().group().map(GroupId::value).orElse(null),
        order.scope().product().orElse(null),
        order.scope().query().orElse(null),
        order.rateHz(),
        order.stop().map(BulkOrder.Stop::share).orElse(null),
        order.stop().map(BulkOrder.Stop::least).orElse(null),
        order.issuer(),
        bulk.state().ordinal(),
        bulk.why(),
        bulk.createdMicros(),
        bulk.endedMicros(),
        bulk.devices(),
        bulk.asked());
    sql.updateAll(
        "insert into bulk_device (bulk, place, device, command) values (?, ?, ?, ?)",
        members.stream()
            .<@Nullable Object[]>map(
                m -> new Object[] {bulk.id(), m.place(), m.device().value(), m.command()})
            .toList());
  }

  /** Whether it was where it was thought to be. */
  static boolean move(SqlConnection sql, Bulk before, Bulk after) {
    return sql.update(
            "update bulk_command set state = ?, why = ?, rate_hz = ?, ended_micros = ?"
                + " where id = ? and state = ?",
            after.state().ordinal(),
            after.why(),
            after.order().rateHz(),
            after.endedMicros(),
            before.id(),
            before.state().ordinal())
        == 1;
  }

  static Bulk bulk(SqlRow row) {
    BulkOrder order =
        new BulkOrder(
            row.text(2),
            row.text(3),
            number(row, 4).map(lane -> Lane.values()[lane.intValue()]),
            number(row, 5).map(BulkTable::instant),
            new BulkOrder.Scope(
                row.optionalText(6).map(GroupId::new), row.optionalText(7), row.optionalText(8)),
            row.optionalReal(9).orElseThrow(),
            row.optionalReal(10).map(share -> new BulkOrder.Stop(share, (int) row.number(11))),
            row.text(12));
    return new Bulk(
        row.text(1),
        order,
        Bulk.State.values()[(int) row.number(13)],
        row.text(14),
        row.number(15),
        row.number(16),
        row.number(17),
        row.number(18));
  }

  private static Optional<Long> number(SqlRow row, int column) {
    return row.value(column).map(value -> ((Number) value).longValue());
  }

  /** With its device's row: {@code place, device, command, rejected}. */
  static BulkRecords.Member member(SqlRow row) {
    return new BulkRecords.Member(row.number(1), new DeviceId(row.text(2)), row.text(3));
  }

  static BulkRecords.Outcome outcome(SqlConnection sql, SqlRow row) {
    Optional<Command> made =
        sql.first(CommandTable::command, CommandTable.COLUMNS + "where id = ?", row.text(3));
    return new BulkRecords.Outcome(member(row), row.optionalText(4), made);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
