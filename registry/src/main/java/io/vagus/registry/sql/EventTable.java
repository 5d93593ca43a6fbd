package io.vagus.registry.sql;

import io.vagus.registry.Actor;
import io.vagus.registry.Event;
import io.vagus.registry.EventHead;
import io.vagus.registry.EventLog;
import io.vagus.registry.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events as rows. Each method is one step of the transaction it is given. */
final class EventTable {
  private static final String COLUMNS =
      "select sequence, time_micros, actor, subject, type, body, previous_hash, hash from event ";

  /**
   * A row as it stands there, whether or not it makes sense.
   *
   * @param sequence of its place, as the row says it
   */
  record Row(
      long sequence,
      long timeMicros,
      String actor,
      String subject,
      String type,
      String body,
      String previousHash,
      String hash) {

    Event event() {
      return new Event(
          sequence,
          Times.instant(timeMicros),
          Actor.parse(actor),
          Subject.parse(subject),
          type,
          body,
          previousHash,
          hash);
    }
  }

  private EventTable() {}

  static EventHead head(SqlConnection sql) {
    return sql.first(
            row -> new EventHead(row.number(1), row.text(2)),
            "select sequence, hash from event order by sequence desc limit 1")
        .orElse(EventHead.NONE);
  }

  static void insert(SqlConnection sql, List<Event> events) {
    sql.updateAll(
        "insert into event (sequence, time_micros, actor, subject, type, body, previous_hash, hash)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?)",
        events.stream().map(EventTable::values).toList());
  }

  private static @Nullable Object[] values(Event e) {
    return new Object[] {
      e.sequence(),
      Times.micros(e.time()),
      e.actor().text(),
      e.subject().text(),
      e.type(),
      e.body(),
      e.previousHash(),
      e.hash()
    };
  }

  /** Newest first. */
  static List<Event> list(SqlConnection sql, EventLog.Filter filter, long before, int limit) {
    List<Object> parameters = new ArrayList<>();
    StringBuilder where = new StringBuilder("where sequence < ?");
    parameters.add(before);
    filter.subject().ifPresent(s -> add(where, parameters, " and subject = ?", s.text()));
    filter.actor().ifPresent(a -> add(where, parameters, " and actor = ?", a.text()));
    filter.type().ifPresent(t -> add(where, parameters, " and type = ?", t));
    filter.from().ifPresent(t -> add(where, parameters, " and time_micros >= ?", Times.micros(t)));
    filter.to().ifPresent(t -> add(where, parameters, " and time_micros < ?", Times.micros(t)));
    parameters.add(limit);
    return sql
        .list(
            EventTable::row,
            COLUMNS + where + " order by sequence desc limit ?",
            parameters.toArray())
        .stream()
        .map(Row::event)
        .toList();
  }

  private static void add(
      StringBuilder where, List<Object> parameters, String condition, Object value) {
    where.append(condition);
    parameters.add(value);
  }

  /** Behind a sequence, in order. */
  static List<Row> after(SqlConnection sql, long sequence, int limit) {
    return sql.list(
        EventTable::row, COLUMNS + "where sequence > ? order by sequence limit ?", sequence, limit);
  }

  private static Row row(SqlRow row) {
    return new Row(
        row.number(1),
        row.number(2),
        row.text(3),
        row.text(4),
        row.text(5),
        row.text(6),
        row.text(7),
        row.text(8));
  }
}
