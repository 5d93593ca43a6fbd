package io.vagus.watch;

import io.vagus.model.DeviceId;
import io.vagus.registry.sql.SqlConnection;
import io.vagus.registry.sql.SqlRow;
import io.vagus.registry.sql.Times;
import io.vagus.rule.Effect.AlertClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The alerts' statements. */
final class AlertTable {
  private static final String COLUMNS =
      "select id, source, device, class, text, count, raised_micros, last_micros, cleared_micros,"
          + " acknowledged_micros, acknowledged_by, note, firing, message, commands, sequence,"
          + " ordinal from alert ";

  /**
   * An alert as it is stored.
   *
   * @param ordinal grows with each new one
   */
  record Stored(Alert alert, long sequence, long ordinal) {}

  private AlertTable() {}

  static void insert(SqlConnection sql, Stored stored) {
    Alert alert = stored.alert();
    sql.update(
        "insert into alert (id, ordinal, source, device, class, text, count, raised_micros,"
            + " last_micros, firing, message, commands, sequence)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        alert.id(),
        stored.ordinal(),
        alert.source(),
        device(alert.device()),
        alert.alertClass().name().toLowerCase(Locale.ROOT),
        alert.text(),
        alert.count(),
        alert.raisedMicros(),
        alert.lastMicros(),
        alert.cause().firing().orElse(null),
        alert.cause().message().orElse(null),
        String.join(" ", alert.cause().commands()),
        stored.sequence());
  }

  /** All of it that may change. */
  static void update(SqlConnection sql, Alert alert, long sequence) {
    Optional<Alert.Acknowledgement> by = alert.acknowledged();
    sql.update(
        "update alert set class = ?, text = ?, count = ?, last_micros = ?, cleared_micros = ?,"
            + " acknowledged_micros = ?, acknowledged_by = ?, note = ?, sequence = ?"
            + " where id = ?",
        alert.alertClass().name().toLowerCase(Locale.ROOT),
        alert.text(),
        alert.count(),
        alert.lastMicros(),
        alert.clearedMicros().isPresent() ? alert.clearedMicros().getAsLong() : null,
        by.map(Alert.Acknowledgement::atMicros).orElse(null),
        by.map(Alert.Acknowledgement::by).orElse(null),
        by.map(Alert.Acknowledgement::note).orElse(null),
        sequence,
        alert.id());
  }

  static long ordinal(SqlConnection sql) {
    return sql.number("select max(ordinal) from alert");
  }

  static long open(SqlConnection sql) {
    return sql.number("select count(*) from alert where cleared_micros is null");
  }

  static List<Stored> open(SqlConnection sql, String source) {
    return sql.list(
        AlertTable::stored, COLUMNS + "where source = ? and cleared_micros is null", source);
  }

  /** The newest of that source and device, open or not. */
  static Optional<Stored> newest(SqlConnection sql, String source, Optional<DeviceId> device) {
    return sql.first(
        AlertTable::stored,
        COLUMNS + "where source = ? and device = ? order by ordinal desc limit 1",
        source,
        device(device));
  }

  static Optional<Stored> find(SqlConnection sql, String id) {
    return sql.first(AlertTable::stored, COLUMNS + "where id = ?", id);
  }

  static List<Stored> page(SqlConnection sql, Alerts.Filter filter, long before, int limit) {
    List<@Nullable Object> parameters = new ArrayList<>();
    String where = where(filter, parameters);
    parameters.add(before);
    parameters.add(limit);
    return sql.list(
        AlertTable::stored,
        COLUMNS + where + " and ordinal < ? order by ordinal desc limit ?",
        parameters.toArray());
  }

  static long count(SqlConnection sql, Alerts.Filter filter) {
    List<@Nullable Object> parameters = new ArrayList<>();
    String where = where(filter, parameters);
    return sql.number("select count(*) from alert " + where, parameters.toArray());
  }

  private static String where(Alerts.Filter filter, List<@Nullable Object> parameters) {
    StringBuilder where = new StringBuilder("where 1 = 1");
    filter.state().ifPresent(state -> where.append(" and ").append(condition(state)));
    filter
        .alertClass()
        .ifPresent(of -> {
          where.append(" and class = ?");
          parameters.add(of.name().toLowerCase(Locale.ROOT));
        });
    filter
        .source()
        .ifPresent(of -> {
          where.append(" and source = ?");
          parameters.add(of);
        });
    filter
        .device()
        .ifPresent(of -> {
          where.append(" and device = ?");
          parameters.add(of.value());
        });
    return where.toString();
  }

  private static String condition(Alert.State state) {
    return switch (state) {
      case OPEN -> "cleared_micros is null and acknowledged_micros is null";
      case ACKNOWLEDGED -> "cleared_micros is null and acknowledged_micros is not null";
      case CLEARED -> "cleared_micros is not null";
    };
  }

  /** Those that are cleared and older than that, and the oldest so many more; some at a time. */
  static int forget(SqlConnection sql, long beforeMicros, long tooMany, int atOnce) {
    int old =
        sql.update(
            "delete from alert where id in (select id from alert where cleared_micros < ?"
                + " order by cleared_micros limit ?)",
            beforeMicros,
            atOnce);
    long more = Math.min(tooMany - old, atOnce - (long) old);
    return more <= 0
        ? old
        : old
            + sql.update(
                "delete from alert where id in (select id from alert"
                    + " where cleared_micros is not null order by cleared_micros limit ?)",
                more);
  }

  private static String device(Optional<DeviceId> device) {
    return device.map(DeviceId::value).orElse("");
  }

  private static Stored stored(SqlRow row) {
    String device = row.text(3);
    Alert alert =
        new Alert(
            row.text(1),
            row.text(2),
            device.isEmpty() ? Optional.empty() : Optional.of(new DeviceId(device)),
            AlertClass.valueOf(row.text(4).toUpperCase(Locale.ROOT)),
            row.text(5),
            row.number(6),
            row.number(7),
            row.number(8),
            micros(row.optionalTime(9)),
            acknowledged(row),
            new Alert.Cause(row.optionalText(13), row.optionalText(14), words(row.text(15))));
    return new Stored(alert, row.number(16), row.number(17));
  }

  private static Optional<Alert.Acknowledgement> acknowledged(SqlRow row) {
    return row.optionalTime(10)
        .map(at ->
            new Alert.Acknowledgement(
                row.text(11), Times.micros(at), row.optionalText(12).orElse("")));
  }

  private static OptionalLong micros(Optional<Instant> time) {
    return time.map(at -> OptionalLong.of(Times.micros(at))).orElse(OptionalLong.empty());
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }
}
