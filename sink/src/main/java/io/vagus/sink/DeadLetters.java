package io.vagus.sink;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.sql.Database;
import io.vagus.registry.sql.SqlRow;
import io.vagus.rule.Sink;
import io.vagus.rule.SinkDeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What could not be delivered, in the registry's database; at most so many of each sink. Those of a
 * sink that somebody set up are all kept: when there is no room, none is taken. Of the platform's
 * own the oldest goes. Thread-safe.
 */
final class DeadLetters {
  private static final int MAX_WHY = 1000;
  private static final String COLUMNS =
      "select id, rule, device, product, received_micros, body, attempts, why, at_micros"
          + " from sink_dead_letter ";

  private final Database database;
  private final WallClock wall;
  private final int most;

  DeadLetters(Database database, WallClock wall, int most) {
    this.database = database;
    this.wall = wall;
    this.most = most;
  }

  long count(String sink) {
    return database.read(
        sql -> sql.number("select count(*) from sink_dead_letter where sink = ?", sink));
  }

  /** Keeps one; false when there is no room. */
  boolean add(Sink sink, Delivery delivery, int attempts, String why, SinkCounts counts) {
    boolean full = counts.deadLetters().get() >= most;
    if (full && sink.kind() != Sink.Kind.BUILT_IN) {
      return false;
    }
    int grown =
        database.write(sql -> {
          int gone = full ? sql.update(OLDEST, sink.name(), sink.name(), 1) : 0;
          return sql.update(
                  "insert into sink_dead_letter (sink, id, rule, device, product, received_micros,"
                      + " body, attempts, why, at_micros) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                      + " on conflict (sink, id) do nothing",
                  sink.name(),
                  delivery.id(),
                  delivery.rule(),
                  delivery.device().value(),
                  delivery.product(),
                  delivery.receivedMicros(),
                  delivery.body(),
                  attempts,
                  why.length() > MAX_WHY ? why.substring(0, MAX_WHY) : why,
                  wall.micros())
              - gone;
        });
    counts.deadLetters().addAndGet(grown);
    counts.droppedLetters(full ? 1 : 0);
    return true;
  }

  private static final String OLDEST =
      "delete from sink_dead_letter where sink = ? and id in (select id from sink_dead_letter"
          + " where sink = ? order by at_micros, id limit ?)";

  Page<SinkDeadLetter> page(String sink, Optional<String> cursor, int limit) {
    String[] from = cursor.map(c -> c.split(" ", 2)).orElse(new String[] {"", ""});
    if (cursor.isPresent() && (from.length != 2 || !from[0].matches("\\d{1,18}"))) {
      throw new VagusException(ErrorCode.INVALID_REQUEST, "cursor: expected one that a page gave");
    }
    long below = cursor.isPresent() ? Long.parseLong(from[0]) : Long.MAX_VALUE;
    List<SinkDeadLetter> found =
        new ArrayList<>(
            database.read(sql ->
                sql.list(
                    DeadLetters::letter,
                    COLUMNS
                        + "where sink = ? and (at_micros < ? or (at_micros = ? and id < ?))"
                        + " order by at_micros desc, id desc limit ?",
                    sink,
                    below,
                    below,
                    from[1],
                    limit + 1)));
    if (found.size() <= limit) {
      return new Page<>(found, Optional.empty());
    }
    found.removeLast();
    SinkDeadLetter last = found.getLast();
    return new Page<>(found, Optional.of(micros(last) + " " + last.id()));
  }

  private static long micros(SinkDeadLetter letter) {
    return java.time.temporal.ChronoUnit.MICROS.between(java.time.Instant.EPOCH, letter.at());
  }

  /** The oldest first. */
  List<SinkDeadLetter> oldest(String sink, int limit) {
    return database.read(sql ->
        sql.list(
            DeadLetters::letter,
            COLUMNS + "where sink = ? order by at_micros, id limit ?",
            sink,
            limit));
  }

  void remove(String sink, List<String> ids, SinkCounts counts) {
    int gone =
        database.write(sql ->
            ids.stream()
                .mapToInt(id ->
                    sql.update("delete from sink_dead_letter where sink = ? and id = ?", sink, id))
                .sum());
    counts.deadLetters().addAndGet(-gone);
  }

  int discard(String sink, SinkCounts counts) {
    int gone =
        database.write(sql -> sql.update("delete from sink_dead_letter where sink = ?", sink));
    counts.deadLetters().addAndGet(-gone);
    return gone;
  }

  private static SinkDeadLetter letter(SqlRow row) {
    return new SinkDeadLetter(
        row.text(1),
        row.text(2),
        new DeviceId(row.text(3)),
        row.text(4),
        row.number(5),
        row.text(6),
        (int) row.number(7),
        row.text(8),
        row.time(9));
  }
}
