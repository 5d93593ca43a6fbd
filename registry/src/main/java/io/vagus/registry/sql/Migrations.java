package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Brings a database to this release's schema: each script once, in a transaction of its own. */
final class Migrations {
  private Migrations() {}

  /** Runs those that have not run, in order of their numbers; none of a later release may have. */
  static void migrate(Database database, Schema schema, long nowMicros) {
    Set<Integer> done = database.write(Migrations::done);
    requireNoneLater(database, schema, done);
    for (Migration migration : schema.migrations()) {
      if (!done.contains(migration.number())) {
        database.write(sql -> {
          sql.script(migration.statements());
          return sql.update(
              "insert into schema_version values (?, ?)", migration.number(), nowMicros);
        });
      }
    }
  }

  private static void requireNoneLater(Database database, Schema schema, Set<Integer> done) {
    int newest = done.stream().max(Integer::compare).orElse(0);
    if (newest > schema.version()) {
      throw database.corrupt(
          "its schema " + newest + " is of a later release, this one knows " + schema.version(),
          null);
    }
  }

  /** Refuses a database of another release, without changing it. */
  static void requireCurrent(Database database, Schema schema) {
    Set<Integer> done = new HashSet<>(database.read(Migrations::numbers));
    int newest = done.stream().max(Integer::compare).orElse(0);
    boolean all = schema.migrations().stream().map(Migration::number).allMatch(done::contains);
    if (!all || newest > schema.version()) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "registry schema: %d (expected: %d, of this release; a start brings an older one to it)"
              .formatted(newest, schema.version()));
    }
  }

  private static Set<Integer> done(SqlConnection sql) {
    sql.script(
        List.of(
            "create table if not exists schema_version"
                + " (version integer not null primary key, applied_micros bigint not null)"));
    return new HashSet<>(numbers(sql));
  }

  private static List<Integer> numbers(SqlConnection sql) {
    return sql.list(row -> (int) row.number(1), "select version from schema_version");
  }
}
