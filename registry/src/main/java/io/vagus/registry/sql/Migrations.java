package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Brings a file to this release's schema: each script once, in a transaction of its own. */
final class Migrations {
  /** In order; a script that was released never changes. */
  private static final List<String> SCRIPTS =
      List.of("V1.sql", "V2.sql", "V3.sql", "V4.sql", "V5.sql", "V6.sql", "V7.sql", "V8.sql");

  private Migrations() {}

  /** The schema's version: the number of scripts that ran. */
  static int migrate(SqliteFile file, long nowMicros) {
    int version = file.write(Migrations::version);
    if (version > SCRIPTS.size()) {
      throw file.corrupt(
          "its schema " + version + " is of a later release, this one knows " + SCRIPTS.size(),
          null);
    }
    for (int next = version + 1; next <= SCRIPTS.size(); next++) {
      int number = next;
      file.write(sql -> {
        sql.script(statements(SCRIPTS.get(number - 1)));
        return sql.update("insert into schema_version values (?, ?)", number, nowMicros);
      });
    }
    return SCRIPTS.size();
  }

  /** Refuses a file of another release, without changing it. */
  static void requireCurrent(SqliteFile file) {
    long version = file.read(sql -> sql.number("select max(version) from schema_version"));
    if (version != SCRIPTS.size()) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "registry schema: %d (expected: %d, of this release; a start brings an older one to it)"
              .formatted(version, SCRIPTS.size()));
    }
  }

  private static int version(SqlConnection sql) {
    sql.script(
        List.of(
            "create table if not exists schema_version"
                + " (version integer not null primary key, applied_micros bigint not null)"));
    return (int) sql.number("select max(version) from schema_version");
  }

  /** A statement ends with a semicolon at the end of a line. */
  private static List<String> statements(String script) {
    try (InputStream in = Migrations.class.getResourceAsStream(script)) {
      if (in == null) {
        throw new IllegalStateException(script + " is missing from the registry's jar");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split(";\n")).filter(s -> !s.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
