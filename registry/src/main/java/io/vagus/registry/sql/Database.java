package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The registry's database: one connection for writers, one at a time, and a few for readers, which
 * see the last commit. A commit is durable when it returns. Within a transaction its thread reads
 * what it wrote, and what it begins anew joins it. Owns its locks; thread-safe.
 *
 * <p>Modules that keep tables of their own beside the registry's ({@link SchemaPart}) write them
 * here, so that they change in one transaction with the event log.
 */
public final class Database implements AutoCloseable {
  private static final int READERS = 4;

  private final Engine engine;
  private final ReentrantLock writing = new ReentrantLock(true);
  private final JdbcConnection writer;

  /** Of the writer's transaction: what follows its commit, at once and without the lock. */
  private final List<Runnable> commits = new ArrayList<>();

  private final List<Runnable> afterwards = new ArrayList<>();
  private final Semaphore reading = new Semaphore(READERS);
  private final Deque<JdbcConnection> idleReaders = new ArrayDeque<>();
  private boolean closed;

  Database(Engine engine) {
    this.engine = engine;
    this.writer = engine.connectWriter();
  }

  /** Between two statements of the work others may commit. */
  public <T> T read(Function<SqlConnection, T> work) {
    return reading(work::apply);
  }

  /** Reads all as of one commit. */
  public <T> T snapshot(Function<SqlConnection, T> work) {
    return writing.isHeldByCurrentThread()
        ? work.apply(writer)
        : reading(sql -> sql.snapshot(() -> work.apply(sql)));
  }

  private <T> T reading(Function<JdbcConnection, T> work) {
    if (writing.isHeldByCurrentThread()) {
      return work.apply(writer);
    }
    reading.acquireUninterruptibly();
    try {
      JdbcConnection connection = takeReader();
      try {
        return work.apply(connection);
      } finally {
        giveBack(connection);
      }
    } finally {
      reading.release();
    }
  }

  private JdbcConnection takeReader() {
    synchronized (idleReaders) {
      requireOpen();
      JdbcConnection idle = idleReaders.poll();
      if (idle != null) {
        return idle;
      }
    }
    return engine.connectReader();
  }

  private void giveBack(JdbcConnection connection) {
    synchronized (idleReaders) {
      if (!closed) {
        idleReaders.push(connection);
        return;
      }
    }
    connection.close();
  }

  /** In one transaction; what it throws undoes all of it. */
  public <T> T write(Function<SqlConnection, T> work) {
    return write(work, result -> {});
  }

  /**
   * In one transaction; what it throws undoes all of it.
   *
   * @param committed runs after the commit, before the next writer begins
   */
  public <T> T write(Function<SqlConnection, T> work, Consumer<T> committed) {
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
  public void afterCommit(Runnable action) {
    if (writing.isHeldByCurrentThread()) {
      afterwards.add(action);
    } else {
      action.run();
    }
  }

  /** Writes the last commit into a new SQLite file; writers go on meanwhile. */
  void copyTo(Path target) {
    engine.copyTo(target);
  }

  private void requireOpen() {
    if (closed) {
      throw new VagusException(ErrorCode.STOPPING, "the registry is closed");
    }
  }

  VagusException corrupt(String what, @Nullable Throwable cause) {
    return engine.corrupt(what, cause);
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
        idleReaders.forEach(JdbcConnection::close);
        idleReaders.clear();
      }
      writer.close();
    } finally {
      writing.unlock();
    }
  }
}
