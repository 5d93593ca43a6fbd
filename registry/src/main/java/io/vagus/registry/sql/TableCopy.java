package io.vagus.registry.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies every row between a SQLite file and another database of the same schema, a part at a time.
 * SQLite's side says what tables there are.
 */
final class TableCopy {
  private static final int BATCH = 1000;

  /** Of this release already, when rows come. */
  private static final String TABLES =
      "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
          + " and name <> 'schema_version' order by name";

  private static final String FOREIGN_KEYS =
      "select conrelid::regclass::text, conname from pg_constraint"
          + " where contype = 'f' and connamespace ="
          + " (select oid from pg_namespace where nspname = current_schema())";

  private record Column(String name, boolean isKey) {}

  private TableCopy() {}

  static long toSqlite(SqlConnection from, SqlConnection sqlite) {
    sqlite.script(List.of("pragma defer_foreign_keys = on"));
    return copyAll(sqlite, from, sqlite);
  }

  /** Rows may name others that come later: what they name is checked in the end. */
  static long toPostgres(SqlConnection sqlite, SqlConnection to) {
    List<String> constraints =
        to.list(
            row -> "alter table " + row.text(1) + " alter constraint " + row.text(2), FOREIGN_KEYS);
    to.script(constraints.stream().map(c -> c + " deferrable initially deferred").toList());
    long rows = copyAll(sqlite, sqlite, to);
    to.script(List.of("set constraints all immediate"));
    to.script(constraints.stream().map(c -> c + " not deferrable").toList());
    return rows;
  }

  private static long copyAll(SqlConnection sqlite, SqlConnection from, SqlConnection to) {
    long rows = 0;
    for (String table : sqlite.list(row -> row.text(1), TABLES)) {
      List<Column> columns =
          sqlite.list(
              row -> new Column(row.text(1), row.number(2) > 0),
              "select name, pk from pragma_table_info(?) order by cid",
              table);
      rows += copy(table, columns, from, to);
    }
    return rows;
  }

  private static long copy(
      String table, List<Column> columns, SqlConnection from, SqlConnection to) {
    String names = String.join(", ", columns.stream().map(Column::name).toList());
    List<String> keys = columns.stream().filter(Column::isKey).map(Column::name).toList();
    String key = String.join(", ", keys);
    String select = "select " + names + " from " + table;
    String order = " order by " + key + " limit " + BATCH;
    String after = " where (" + key + ") > (" + marks(keys.size()) + ")";
    String insert =
        "insert into " + table + " (" + names + ") values (" + marks(columns.size()) + ")";
    long rows = 0;
    List<@Nullable Object[]> batch = from.list(row -> values(row, columns.size()), select + order);
    while (!batch.isEmpty()) {
      to.updateAll(insert, batch);
      rows += batch.size();
      batch =
          from.list(
              row -> values(row, columns.size()),
              select + after + order,
              keyOf(batch.getLast(), columns));
    }
    return rows;
  }

  private static String marks(int count) {
    return String.join(", ", Collections.nCopies(count, "?"));
  }

  private static @Nullable Object[] values(SqlRow row, int columns) {
    @Nullable Object[] values = new Object[columns];
    for (int i = 0; i < columns; i++) {
      Optional<Object> value = row.value(i + 1);
      values[i] = value.orElse(null);
    }
    return values;
  }

  private static @Nullable Object[] keyOf(@Nullable Object[] row, List<Column> columns) {
    List<@Nullable Object> key = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).isKey()) {
        key.add(row[i]);
      }
    }
    return key.toArray();
  }
}
