package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite file: a connection for writers, one at a time, and a few for readers, which see the
 * last commit and wait for nobody (WAL). A commit is on disk when it returns (synchronous=FULL).
 * Within a transaction its thread reads what it wrote, and what it begins anew joins it. Owns its
 * locks.
 */
final class SqliteFile implements AutoCloseable {
  private static final int READERS = 4;
  private static final int BUSY_TIMEOUT_MILLIS = 5000;
  private static final int JOURNAL_LIMIT_BYTES = 16 << 20;

  private final Path file;
  private final ReentrantLock writing = new ReentrantLock(true);
  private final SqlConnection writer;

  /** Of the writer's transaction: what follows its commit, at once and without the lock. */
  private final List<Runnable> commits = new ArrayList<>();

  private final List<Runnable> afterwards = new ArrayList<>();
  private final Semaphore reading = new Semaphore(READERS);
  private final Deque<SqlConnection> idleReaders = new ArrayDeque<>();
  private boolean closed;

  SqliteFile(Path file) {
    this.file = file;
    createPrivate(file);
    this.writer = connect(false);
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

  private SqlConnection connect(boolean readOnly) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setJournalSizeLimit(JOURNAL_LIMIT_BYTES);
    try {
      SqlConnection connection =
          new SqlConnection(config.createConnection("jdbc:sqlite:" + file), this::failure);
      if (readOnly) {
        connection.script(List.of("pragma query_only = 1"));
      }
      return connection;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  <T> T read(Function<SqlConnection, T> work) {
    if (writing.isHeldByCurrentThread()) {
      return work.apply(writer);
    }
    reading.acquireUninterruptibly();
    try {
      SqlConnection connection = takeReader();
      try {
        return work.apply(connection);
      } finally {
        giveBack(connection);
      }
    } finally {
      reading.release();
    }
  }

  /** Reads all as of one commit. */
  <T> T snapshot(Function<SqlConnection, T> work) {
    return read(sql -> sql.snapshot(() -> work.apply(sql)));
  }

  private SqlConnection takeReader() {
    synchronized (idleReaders) {
      requireOpen();
      SqlConnection idle = idleReaders.poll();
      if (idle != null) {
        return idle;
      }
    }
    return connect(true);
  }

  private void giveBack(SqlConnection connection) {
    synchronized (idleReaders) {
      if (!closed) {
        idleReaders.push(connection);
        return;
      }
    }
    connection.close();
  }

  /** In one transaction; what it throws undoes all of it. */
  <T> T write(Function<SqlConnection, T> work) {
    return write(work, result -> {});
  }

  /**
   * In one transaction; what it throws undoes all of it.
   *
   * @param committed runs after the commit, before the next writer begins
   */
  <T> T write(Function<SqlConnection, T> work, Consumer<T> committed) {
    List<Runnable> due = new ArrayList<>();
    writing.lock();
    try {
      synchronized (idleReaders) {
        requireOpen();
      }
      return writing.getHoldCount() > 1 ? join(work, committed) : transaction(work, committed, due);
    } finally {
      writing.unlock();
      due.forEach(Runnable::run);
    }
  }

  private <T> T transaction(
      Function<SqlConnection, T> work, Consumer<T> committed, List<Runnable> due) {
    try {
      T result = writer.transaction(() -> work.apply(writer));
      commits.forEach(Runnable::run);
      committed.accept(result);
      due.addAll(afterwards);
      return result;
    } finally {
      commits.clear();
      afterwards.clear();
    }
  }

  private <T> T join(Function<SqlConnection, T> work, Consumer<T> committed) {
    int commitsBefore = commits.size();
    int afterwardsBefore = afterwards.size();
    try {
      T result = writer.part(() -> work.apply(writer));
      commits.add(() -> committed.accept(result));
      return result;
    } catch (RuntimeException | Error e) {
      commits.subList(commitsBefore, commits.size()).clear();
      afterwards.subList(afterwardsBefore, afterwards.size()).clear();
      throw e;
    }
  }

  /** Once the transaction of this thread, if there is one, is committed; not when it is undone. */
  void afterCommit(Runnable action) {
    if (writing.isHeldByCurrentThread()) {
      afterwards.add(action);
    } else {
      action.run();
    }
  }

  /** Writes the last commit into a new file; writers go on meanwhile. */
  void copyTo(Path target) {
    try (SqlConnection connection = connect(false)) {
      connection.script(List.of("vacuum into '" + target.toString().replace("'", "''") + "'"));
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new VagusException(ErrorCode.STOPPING, "the registry is closed");
    }
  }

  private VagusException failure(SQLException e) {
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

  VagusException corrupt(String what, @Nullable Throwable cause) {
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

  @Override
  public void close() {
    writing.lock();
    try {
      synchronized (idleReaders) {
        if (closed) {
          return;
        }
        closed = true;
        idleReaders.forEach(SqlConnection::close);
        idleReaders.clear();
      }
      writer.close();
    } finally {
      writing.unlock();
    }
  }
}
