package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite file. Readers see the last commit and wait for nobody (WAL). A commit is on disk when
 * it returns (synchronous=FULL).
 */
final class SqliteEngine implements Engine {
  private static final int BUSY_TIMEOUT_MILLIS = 5000;
  private static final int JOURNAL_LIMIT_BYTES = 16 << 20;

  private final Path file;

  SqliteEngine(Path file) {
    this.file = file;
    createPrivate(file);
  }

  /** Hashes of secrets are in it: readable by its owner only, as are SQLite's files beside it. */
  private static void createPrivate(Path file) {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      return;
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, "registry file " + file + " cannot be created: " + e, e);
    }
  }

  @Override
  public JdbcConnection connectWriter() {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setJournalSizeLimit(JOURNAL_LIMIT_BYTES);
    try {
      return new JdbcConnection(config.createConnection("jdbc:sqlite:" + file), this);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public JdbcConnection connectReader() {
    JdbcConnection connection = connectWriter();
    connection.script(List.of("pragma query_only = 1"));
    return connection;
  }

  @Override
  public Optional<String> begin(JdbcConnection writer) {
    writer.begin("begin immediate");
    return Optional.empty();
  }

  @Override
  public String beginSnapshot() {
    return "begin";
  }

  @Override
  public boolean isCommitted(JdbcConnection connection, String transaction) {
    throw new IllegalStateException("SQLite's commits are never in doubt");
  }

  @Override
  public String adapted(String statement) {
    return statement;
  }

  @Override
  public void copyTo(Database database, Schema schema, Path target) {
    try (JdbcConnection connection = connectWriter()) {
      connection.script(List.of("vacuum into '" + target.toString().replace("'", "''") + "'"));
    }
  }

  @Override
  public Loss loss(SQLException e) {
    return Loss.NONE;
  }

  @Override
  public VagusException failure(SQLException e) {
    SQLiteErrorCode code =
        e instanceof SQLiteException s ? s.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
    return switch (code) {
      case SQLITE_CORRUPT, SQLITE_CORRUPT_INDEX, SQLITE_CORRUPT_VTAB, SQLITE_NOTADB ->
          corrupt(code.name(), e);
      case SQLITE_FULL ->
          new VagusException(
              ErrorCode.DISK_FULL, "registry file " + file + ": no space left to write", e);
      case SQLITE_BUSY, SQLITE_LOCKED ->
          new VagusException(
              ErrorCode.BUSY, "registry file " + file + " is in use by another program", e);
      default ->
          new VagusException(
              ErrorCode.IO_FAILED, "registry file " + file + ": " + code + " " + e.getMessage(), e);
    };
  }

  @Override
  public VagusException corrupt(String what, @Nullable Throwable cause) {
    return new VagusException(
        ErrorCode.DATA_CORRUPT,
        "registry file "
            + file
            + " cannot be read ("
            + what
            + "): put a backup in its place, with its -wal and -shm files removed, or move it away"
            + " to begin with an empty registry",
        cause);
  }
}
