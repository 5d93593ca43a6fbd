package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.sql.Engine.Loss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 *
 * <p>When the connection is lost, a transaction that was not committed yet is undone, and is done
 * again on another connection or fails. One whose commit was not answered is looked up: what the
 * caller is told is what became of it. While that cannot be known, DATABASE_AWAY says so, and it is
 * settled before the next transaction begins.
 */
public final class Database implements AutoCloseable {
  private static final int TRIES = 3;

  private final Engine engine;
  private final Connections connections;
  private final ReentrantLock writing = new ReentrantLock(true);

  /** Of the writer's transaction. */
  private @Nullable JdbcConnection current;

  /** Of the writer's transaction: what follows its commit, at once and without the lock. */
  private final List<Runnable> commits = new ArrayList<>();

  private final List<Runnable> afterwards = new ArrayList<>();
  private @Nullable InDoubt inDoubt;

  /** A transaction whose commit was not answered, and what follows if it is there. */
  private record InDoubt(String transaction, List<Runnable> commits, List<Runnable> afterwards) {}

  private Database(Engine engine) {
    this.engine = engine;
    this.connections = new Connections(engine, this::reach);
  }

  /** To write and read. */
  static Database open(Engine engine) {
    Database database = new Database(engine);
    database.connections.connectWriter();
    return database;
  }

  /** Only to read: another process may write meanwhile. */
  static Database openToRead(Engine engine) {
    return new Database(engine);
  }

  /** Between two statements of the work others may commit. */
  public <T> T read(Function<SqlConnection, T> work) {
    JdbcConnection joined = joined();
    return joined == null ? connections.read(work::apply) : work.apply(joined);
  }

  /** Reads all as of one commit. */
  public <T> T snapshot(Function<SqlConnection, T> work) {
    JdbcConnection joined = joined();
    return joined == null
        ? connections.read(sql -> sql.snapshot(() -> work.apply(sql)))
        : work.apply(joined);
  }

  /** Of this thread's transaction. */
  private @Nullable JdbcConnection joined() {
    return writing.isHeldByCurrentThread() ? current : null;
  }

  /** In one transaction; what it throws undoes all of it. May be run again after a conflict. */
  public <T> T write(Function<SqlConnection, T> work) {
    return write(work, result -> {});
  }

  /**
   * In one transaction; what it throws undoes all of it.
   *
   * @param work may be run again, after a conflict or when the connection was lost
   * @param committed runs after the commit, before the next writer begins
   */
  public <T> T write(Function<SqlConnection, T> work, Consumer<T> committed) {
    return locked(work, committed, TRIES);
  }

  /** As {@link #write(Function)}, of work that is never run twice. */
  <T> T writeOnce(Function<SqlConnection, T> work) {
    return locked(work, result -> {}, 1);
  }

  private <T> T locked(Function<SqlConnection, T> work, Consumer<T> committed, int tries) {
    List<Runnable> due = new ArrayList<>();
    writing.lock();
    try {
      JdbcConnection joined = current;
      return joined == null
          ? transaction(work, committed, due, tries)
          : join(joined, work, committed);
    } finally {
      writing.unlock();
      due.forEach(Runnable::run);
    }
  }

  private <T> T transaction(
      Function<SqlConnection, T> work, Consumer<T> committed, List<Runnable> due, int tries) {
    for (int left = tries - 1; ; left--) {
      connections.requireThere();
      Optional<String> name = begin(due);
      JdbcConnection sql = connections.writer();
      try {
        T result = attempt(sql, work);
        commits.add(() -> committed.accept(result));
        commit(sql, name);
        commits.forEach(Runnable::run);
        due.addAll(afterwards);
        return result;
      } catch (VagusException e) {
        if (left == 0 || sql.loss() == Loss.NONE || inDoubt != null) {
          throw e;
        }
      } finally {
        current = null;
        commits.clear();
        afterwards.clear();
      }
    }
  }

  /** Settles what is in doubt, and begins; when the connection was lost at rest, on another. */
  private Optional<String> begin(List<Runnable> due) {
    settle(due);
    JdbcConnection sql = connections.writer();
    try {
      return engine.begin(sql);
    } catch (VagusException e) {
      if (sql.loss() != Loss.CONNECTION) {
        throw e;
      }
      connections.writerLost();
      return engine.begin(connections.writer());
    }
  }

  private <T> T attempt(JdbcConnection sql, Function<SqlConnection, T> work) {
    current = sql;
    try {
      return work.apply(sql);
    } catch (RuntimeException | Error e) {
      if (sql.loss() == Loss.CONNECTION) {
        connections.writerLost();
      } else {
        sql.rollback(e);
      }
      throw e;
    }
  }

  private void commit(JdbcConnection sql, Optional<String> name) {
    try {
      sql.commit();
    } catch (VagusException e) {
      if (sql.loss() != Loss.CONNECTION) {
        sql.rollback(e);
        throw e;
      }
      connections.writerLost();
      inDoubt = new InDoubt(name.orElseThrow(), List.copyOf(commits), List.copyOf(afterwards));
      if (!isInDoubtCommitted()) {
        throw new VagusException(
            ErrorCode.DATABASE_AWAY, e.getMessage() + "; nothing was changed", e);
      }
    }
  }

  /** What became of it; when that cannot be known now, it stays in doubt. */
  private boolean isInDoubtCommitted() {
    InDoubt doubt = inDoubt;
    try {
      boolean committed =
          doubt != null && engine.isCommitted(connections.writer(), doubt.transaction());
      inDoubt = null;
      return committed;
    } catch (VagusException e) {
      connections.writerLost();
      throw new VagusException(
          ErrorCode.DATABASE_AWAY,
          e.getMessage() + "; whether the last change is there is not known until it is back",
          e);
    }
  }

  private void settle(List<Runnable> due) {
    InDoubt doubt = inDoubt;
    if (doubt != null && isInDoubtCommitted()) {
      doubt.commits().forEach(Runnable::run);
      due.addAll(doubt.afterwards());
    }
  }

  /** Connects the writer while the database is away, and settles what is in doubt. */
  private void reach() {
    List<Runnable> due = new ArrayList<>();
    writing.lock();
    try {
      connections.reach();
      settle(due);
    } finally {
      writing.unlock();
      due.forEach(Runnable::run);
    }
  }

  private <T> T join(JdbcConnection sql, Function<SqlConnection, T> work, Consumer<T> committed) {
    int commitsBefore = commits.size();
    int afterwardsBefore = afterwards.size();
    try {
      T result = sql.part(() -> work.apply(sql));
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

  /** Why it cannot be used now, of which it is asked; empty when it can. */
  public Optional<String> trouble() {
    try {
      long one = read(sql -> sql.number("select 1"));
      return one == 1 ? Optional.empty() : Optional.of("the registry's database answers wrongly");
    } catch (VagusException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /** Writes the last commit into a new SQLite file; writers go on meanwhile. */
  void copyTo(Schema schema, Path target) {
    engine.copyTo(this, schema, target);
  }

  VagusException corrupt(String what, @Nullable Throwable cause) {
    return engine.corrupt(what, cause);
  }

  @Override
  public void close() {
    writing.lock();
    try {
      connections.close();
    } finally {
      writing.unlock();
    }
  }
}
