package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.registry.sql.SqlConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes old commands out. What a device must never see again, a number of its lane, and what the
 * version of its command log is, stay as marks. Each method is one step of the transaction it is
 * given.
 */
final class ForgottenCommands {

  /** The highest of a device's lane. */
  private record Mark(long ordinal, String issuer, long sequence) {
    Mark and(Mark other) {
      Mark newer = other.ordinal > ordinal ? other : this;
      return new Mark(newer.ordinal, newer.issuer, Math.max(sequence, other.sequence));
    }
  }

  private record LaneOf(String device, int lane) {}

  private ForgottenCommands() {}

  /** The oldest that are over, at most so many: made before then, or beyond the number kept. */
  static int forget(SqlConnection sql, long beforeMicros, long most, int limit) {
    long beyond = sql.number("select count(*) from command") - most;
    List<CommandRecords.Entry> old =
        sql.list(
            row ->
                new CommandRecords.Entry(
                    CommandTable.command(row), CommandTable.ordinal(row), false),
            CommandTable.COLUMNS + "where is_open = 0 order by created_micros, id limit ?",
            limit);
    List<CommandRecords.Entry> gone = new ArrayList<>();
    for (CommandRecords.Entry entry : old) {
      if (entry.command().createdMicros() < beforeMicros || gone.size() < beyond) {
        gone.add(entry);
      }
    }
    if (!gone.isEmpty()) {
      mark(sql, gone);
      sql.updateAll(
          "delete from command where id = ?",
          gone.stream().<@Nullable Object[]>map(e -> new Object[] {e.command().id()}).toList());
      forgetBulks(sql, gone.getLast().command().createdMicros());
    }
    return gone.size();
  }

  private static void mark(SqlConnection sql, List<CommandRecords.Entry> gone) {
    Map<LaneOf, Mark> marks = new HashMap<>();
    for (CommandRecords.Entry entry : gone) {
      Command command = entry.command();
      marks.merge(
          new LaneOf(command.device().value(), command.lane().ordinal()),
          new Mark(entry.ordinal(), command.issuer(), command.sequence()),
          Mark::and);
    }
    marks.forEach((of, mark) -> {
      Mark all = known(sql, of).map(mark::and).orElse(mark);
      sql.update(
          "insert into command_mark (device, lane, ordinal, issuer, sequence)"
              + " values (?, ?, ?, ?, ?) on conflict (device, lane) do update set"
              + " ordinal = excluded.ordinal, issuer = excluded.issuer,"
              + " sequence = excluded.sequence",
          of.device(),
          of.lane(),
          all.ordinal(),
          all.issuer(),
          all.sequence());
    });
  }

  private static Optional<Mark> known(SqlConnection sql, LaneOf of) {
    return sql.first(
        row -> new Mark(row.number(1), row.text(2), row.number(3)),
        "select ordinal, issuer, sequence from command_mark where device = ? and lane = ?",
        of.device(),
        of.lane());
  }

  /** Of a bulk command all is kept or nothing: it goes with the first of its commands. */
  private static void forgetBulks(SqlConnection sql, long untilMicros) {
    String which = "select id from bulk_command where settled = 1 and created_micros <= ?";
    sql.update("delete from bulk_device where bulk in (" + which + ")", untilMicros);
    sql.update("delete from bulk_command where settled = 1 and created_micros <= ?", untilMicros);
  }

  /** What was counted of a device, the forgotten included. */
  static CommandRecords.Counts counts(
      SqlConnection sql, String device, CommandRecords.Counts kept) {
    CommandRecords.Counts counts = kept;
    for (Lane lane : Lane.values()) {
      Optional<Mark> mark = known(sql, new LaneOf(device, lane.ordinal()));
      if (mark.isPresent()) {
        long[] sequences = counts.sequences();
        sequences[lane.ordinal()] = Math.max(sequences[lane.ordinal()], mark.get().sequence());
        counts =
            mark.get().ordinal() > counts.ordinal()
                ? new CommandRecords.Counts(mark.get().ordinal(), sequences, mark.get().issuer())
                : counts;
      }
    }
    return counts;
  }
}
