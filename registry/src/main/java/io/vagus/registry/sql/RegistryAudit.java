package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.EventHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Proves a registry's event log, and the tables by it. Only reads the file; a server may go on with
 * it meanwhile, since all is read as of one commit.
 */
public final class RegistryAudit implements AutoCloseable {
  private static final int BATCH = 1000;

  /** The first broken link of a chain. */
  public record Break(long sequence, String why) {}

  /**
   * What became of the check.
   *
   * @param head the last event that is proved
   */
  public record ChainReport(EventHead head, Optional<Break> firstBreak) {}

  /**
   * What became of the replay.
   *
   * @param rows how many the rebuilt tables have
   * @param differences between those and the tables, in words
   */
  public record RebuildReport(ChainReport chain, long rows, List<String> differences) {}

  private final Database database;
  private final Schema schema;

  private RegistryAudit(Database database, Schema schema) {
    this.database = database;
    this.schema = schema;
  }

  /**
   * NOT_FOUND when there is no such file, DATA_CORRUPT when it cannot be read or is of another
   * release.
   */
  public static RegistryAudit open(Path file, Schema schema) {
    return open(RegistryConfig.defaults(), file, schema);
  }

  /**
   * Of the registry that the configuration names.
   *
   * @param file of SQLite
   */
  public static RegistryAudit open(RegistryConfig config, Path file, Schema schema) {
    if (config.kind() == RegistryConfig.Kind.SQLITE && Files.notExists(file)) {
      throw new VagusException(
          ErrorCode.NOT_FOUND, "registry file " + file + " (expected: one that exists)");
    }
    Database database = Database.openToRead(Engine.of(config, file));
    try {
      Migrations.requireCurrent(database, schema);
      return new RegistryAudit(database, schema);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /**
   * Goes along the whole chain. Without a head that was kept elsewhere it cannot tell a log whose
   * last events were cut off, or that was written anew from some event to its end.
   *
   * @param kept the log must have it
   */
  public ChainReport verify(Optional<EventHead> kept) {
    return database.snapshot(sql -> verify(sql, kept));
  }

  private static ChainReport verify(SqlConnection sql, Optional<EventHead> kept) {
    ChainCheck check = new ChainCheck(kept);
    List<EventTable.Row> rows;
    do {
      rows = EventTable.after(sql, check.head().sequence(), BATCH);
      for (EventTable.Row row : rows) {
        Optional<Break> broken = check.take(row);
        if (broken.isPresent()) {
          return new ChainReport(check.head(), broken);
        }
      }
    } while (rows.size() == BATCH);
    return new ChainReport(check.head(), check.end());
  }

  /** Replays the log into empty tables, in a file of its own, and compares. */
  public RebuildReport rebuild() {
    return database.snapshot(sql -> {
      ChainReport chain = verify(sql, Optional.empty());
      return chain.firstBreak().isPresent()
          ? new RebuildReport(chain, 0, List.of())
          : rebuild(sql, chain);
    });
  }

  private RebuildReport rebuild(SqlConnection sql, ChainReport chain) {
    Path folder = temporaryFolder();
    try (Database empty = Database.open(new SqliteEngine(folder.resolve("rebuilt.db")))) {
      Migrations.migrate(empty, schema, 0);
      return empty.write(target -> {
        replay(sql, target);
        return compare(sql, target, chain);
      });
    } catch (ReplayFailure e) {
      return new RebuildReport(chain, 0, List.of(e.getMessage()));
    } finally {
      delete(folder);
    }
  }

  /** What event could not be replayed, and why. */
  private static final class ReplayFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReplayFailure(EventTable.Row row, String why, @Nullable Throwable cause) {
      super("event " + row.sequence() + " " + row.type() + ": " + why, cause);
    }

    @Override
    public String getMessage() {
      return Objects.requireNonNull(super.getMessage());
    }
  }

  private void replay(SqlConnection sql, SqlConnection target) {
    long last = 0;
    List<EventTable.Row> rows;
    do {
      rows = EventTable.after(sql, last, BATCH);
      for (EventTable.Row row : rows) {
        last = row.sequence();
        boolean known;
        try {
          known = schema.replay(target, row.event());
        } catch (RuntimeException e) {
          throw new ReplayFailure(row, "does not fit what is before it: " + e.getMessage(), e);
        }
        if (!known) {
          throw new ReplayFailure(row, "this release knows no such event", null);
        }
      }
    } while (rows.size() == BATCH);
  }

  private RebuildReport compare(SqlConnection live, SqlConnection rebuilt, ChainReport chain) {
    List<String> differences = new ArrayList<>();
    long rows = 0;
    for (TableDump table : schema.tables()) {
      var expected = table.read(rebuilt, true);
      rows += expected.size();
      differences.addAll(table.differences(table.read(live, false), expected));
    }
    return new RebuildReport(chain, rows, List.copyOf(differences));
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("vagus-audit");
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "no temporary folder: " + e, e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot delete " + folder + ": " + e, e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
