package io.vagus.rule.function;

import io.vagus.registry.sql.SqlConnection;
import io.vagus.registry.sql.SqlRow;
import io.vagus.registry.sql.Times;
import java.util.List;
import java.util.Optional;

/** The function book's statements. */
final class FunctionTable {
  private static final String COLUMNS =
      "select f.module, f.version, f.manifest, f.wasm, f.at_micros, f.by_actor"
          + " from function_version f ";

  private FunctionTable() {}

  static void insert(SqlConnection sql, FunctionChange change) {
    sql.update(
        "insert into function_version (module, version, manifest, wasm, at_micros, by_actor)"
            + " values (?, ?, ?, ?, ?, ?)",
        change.module(),
        change.version(),
        change.content().map(FunctionChange.Content::manifest).orElse(null),
        change.content().map(FunctionChange.Content::wasm).orElse(null),
        Times.micros(change.at()),
        change.by());
  }

  /** Those in force. */
  static List<FunctionChange> newest(SqlConnection sql) {
    return sql.list(
        FunctionTable::change,
        COLUMNS
            + "join (select module, max(version) as newest from function_version group by module) n"
            + " on n.module = f.module and n.newest = f.version where f.wasm is not null"
            + " order by f.module");
  }

  static List<FunctionChange> versions(SqlConnection sql, String module) {
    return sql.list(
        FunctionTable::change,
        COLUMNS + "where f.module = ? order by f.version desc limit 1000",
        module);
  }

  static Optional<FunctionChange> version(SqlConnection sql, String module, int version) {
    return sql.first(
        FunctionTable::change, COLUMNS + "where f.module = ? and f.version = ?", module, version);
  }

  static Optional<FunctionChange> newest(SqlConnection sql, String module) {
    return sql.first(
        FunctionTable::change,
        COLUMNS + "where f.module = ? order by f.version desc limit 1",
        module);
  }

  private static FunctionChange change(SqlRow row) {
    Optional<String> wasm = row.optionalText(4);
    return new FunctionChange(
        row.text(1),
        (int) row.number(2),
        row.time(5),
        row.text(6),
        wasm.map(of -> new FunctionChange.Content(row.text(3), of)));
  }
}
