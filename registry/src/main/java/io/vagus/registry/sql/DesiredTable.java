package io.vagus.registry.sql;

import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.registry.DesiredFacts;
import io.vagus.wire.DocumentCodec;
import java.util.List;
import java.util.Optional;

/** Desired states as rows. Each method is one step of the transaction it is given. */
final class DesiredTable {
  private static final String COLUMNS =
      "select device, version, document, changed, updated_micros from twin_desired ";

  private DesiredTable() {}

  static Optional<Desired> find(SqlConnection sql, DeviceId device) {
    return sql.first(DesiredTable::desired, COLUMNS + "where device = ?", device.value());
  }

  static List<Desired> page(SqlConnection sql, String after, int limit) {
    return sql.list(
        DesiredTable::desired, COLUMNS + "where device > ? order by device limit ?", after, limit);
  }

  static void save(SqlConnection sql, Desired desired) {
    sql.update(
        "insert into twin_desired (device, version, document, changed, updated_micros)"
            + " values (?, ?, ?, ?, ?) on conflict (device) do update set"
            + " version = excluded.version, document = excluded.document,"
            + " changed = excluded.changed, updated_micros = excluded.updated_micros",
        desired.device().value(),
        desired.version(),
        DocumentCodec.text(desired.document()),
        DesiredFacts.times(desired.changedMicros()),
        desired.updatedMicros());
  }

  /** Its versions go on where they were, so that a device of that name knows none that come. */
  static void clear(SqlConnection sql, DeviceId device) {
    sql.update(
        "update twin_desired set version = version + 1, document = '{}', changed = '{}'"
            + " where device = ?",
        device.value());
  }

  private static Desired desired(SqlRow row) {
    return new Desired(
        new DeviceId(row.text(1)),
        row.number(2),
        DocumentCodec.read(row.text(3)),
        DesiredFacts.toTimes(row.text(4)),
        row.number(5));
  }
}
