package io.vagus.registry.sql;

import io.vagus.registry.LogFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table's rows, to be held against another's.
 *
 * @param key the columns that name a row, which come first
 * @param hashed columns whose values only their digests are compared of
 */
public record TableDump(String table, List<String> key, List<String> others, Set<String> hashed) {
  /**
   * Nothing of it is hashed.
   *
   * @param key columns, with commas between them
   */
  public static TableDump of(String table, String key, String others) {
    return new TableDump(table, List.of(key.split(",")), List.of(others.split(",")), Set.of());
  }

  /**
   * Rows by their key.
   *
   * @param digested whether hashes are stored as their digests already
   */
  Map<String, List<String>> read(SqlConnection sql, boolean digested) {
    List<String> columns = new ArrayList<>(key);
    columns.addAll(others);
    Map<String, List<String>> rows = new LinkedHashMap<>();
    sql.list(
            row -> {
              List<String> values = new ArrayList<>();
              for (int i = 1; i <= columns.size(); i++) {
                Optional<String> value = row.value(i).map(Object::toString);
                boolean digest = !digested && hashed.contains(columns.get(i - 1));
                values.add((digest ? value.map(LogFacts::digest) : value).orElse("-"));
              }
              return values;
            },
            "select "
                + String.join(", ", columns)
                + " from "
                + table
                + " order by "
                + String.join(", ", key))
        .forEach(values ->
            rows.put(
                String.join(" ", values.subList(0, key.size())),
                values.subList(key.size(), values.size())));
    return rows;
  }

  /** What differs, in words. */
  List<String> differences(Map<String, List<String>> live, Map<String, List<String>> rebuilt) {
    List<String> found = new ArrayList<>();
    live.forEach((row, values) -> {
      List<String> expected = rebuilt.get(row);
      if (expected == null) {
        found.add(table + " " + row + ": is in the table, but not in the log");
      } else {
        for (int i = 0; i < values.size(); i++) {
          if (!values.get(i).equals(expected.get(i))) {
            found.add(
                "%s %s: %s is %s (the log says: %s)"
                    .formatted(table, row, others.get(i), values.get(i), expected.get(i)));
          }
        }
      }
    });
    rebuilt.keySet().stream()
        .filter(row -> !live.containsKey(row))
        .forEach(row -> found.add(table + " " + row + ": is in the log, but not in the table"));
    return found;
  }
}
