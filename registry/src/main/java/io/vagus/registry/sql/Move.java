package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.EventHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A SQLite file's way into PostgreSQL: when somebody changes to it, and when a backup was unpacked.
 * It is moved once: the file is renamed when its rows are there.
 */
final class Move {
  private static final System.Logger LOG = System.getLogger(Move.class.getName());

  private Move() {}

  /** CONFLICT when both hold a registry and they are not the same. */
  static void intoDatabase(Path file, Database database, Schema schema, String place) {
    if (Files.notExists(file)) {
      return;
    }
    try (Database sqlite = Database.open(new SqliteEngine(file))) {
      Migrations.migrate(sqlite, schema, 0);
      EventHead held = sqlite.read(EventTable::head);
      EventHead there = database.read(EventTable::head);
      if (there.sequence() == 0) {
        long rows =
            sqlite.snapshot(from -> database.<Long>write(to -> TableCopy.toPostgres(from, to)));
        LOG.log(System.Logger.Level.INFO, "moved {0} rows of {1} to {2}", rows, file, place);
      } else if (!isIn(database, held)) {
        throw new VagusException(
            ErrorCode.CONFLICT,
            ("registry: %s and database %s hold different ones (expected: one; move the file away,"
                    + " or give an empty database)")
                .formatted(file, place));
      }
    }
    putAside(file);
  }

  /** A start before this one moved it already. */
  private static boolean isIn(Database database, EventHead held) {
    Optional<String> hash =
        database.read(sql ->
            sql.first(
                row -> row.text(1), "select hash from event where sequence = ?", held.sequence()));
    return held.sequence() == 0 || hash.equals(Optional.of(held.hash()));
  }

  private static void putAside(Path file) {
    try {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".moved"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot rename " + file + ": " + e, e);
    }
  }
}
