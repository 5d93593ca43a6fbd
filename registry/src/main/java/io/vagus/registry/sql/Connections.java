package io.vagus.registry.sql;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.sql.Engine.Loss;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a database: one that writes, which only the holder of the database's lock asks
 * for, and a few that read. One that was lost is made anew; while the database is away, calls fail
 * at once, and one thread tries to reach it. Thread-safe.
 */
final class Connections implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Connections.class.getName());
  private static final int READERS = 4;
  private static final long RETRY_MILLIS = 500;

  private final Engine engine;
  private final Runnable reach;
  private final Semaphore reading = new Semaphore(READERS);
  private final Deque<JdbcConnection> idleReaders = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable JdbcConnection writer;

  /** Why the database cannot be reached. */
  private volatile @Nullable VagusException away;

  /**
   * @param reach asks for the writer, under the database's lock
   */
  Connections(Engine engine, Runnable reach) {
    this.engine = engine;
    this.reach = reach;
  }

  /** The connection that writes; made when there is none. */
  JdbcConnection writer() {
    requireOpen();
    JdbcConnection connected = writer;
    if (connected == null) {
      connected = connect(engine::connectWriter);
      writer = connected;
    }
    return connected;
  }

  /** The writer is gone; the next call makes another. */
  void writerLost() {
    JdbcConnection lost = writer;
    writer = null;
    if (lost != null) {
      lost.close();
    }
  }

  /** The first; what fails here is no loss. */
  void connectWriter() {
    writer = engine.connectWriter();
  }

  private interface Connect {
    JdbcConnection connect();
  }

  private JdbcConnection connect(Connect connect) {
    try {
      return connect.connect();
    } catch (VagusException e) {
      if (e.code() != ErrorCode.BUSY) {
        isAway(e);
      }
      throw e;
    }
  }

  /** Ends the time away, when the writer can be used; makes it anew if it must. */
  void reach() {
    JdbcConnection known = writer;
    if (known != null && !known.isThere()) {
      writerLost();
    }
    writer();
    LOG.log(INFO, "the registry''s database is reached again");
    away = null;
  }

  /** Whoever finds it first says so, and starts the thread that ends it. */
  private synchronized void isAway(VagusException why) {
    boolean first = away == null;
    away = why;
    if (first && closed.getCount() > 0) {
      LOG.log(WARNING, why.getMessage());
      Thread.ofVirtual().name("registry-reconnect").start(this::reachAgain);
    }
  }

  private void reachAgain() {
    try {
      while (away != null && !closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          reach.run();
        } catch (VagusException e) {
          away = e;
        } catch (RuntimeException e) {
          LOG.log(ERROR, "what followed a change that was in doubt failed", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void requireThere() {
    VagusException why = away;
    if (why != null) {
      throw new VagusException(why.code(), String.valueOf(why.getMessage()), why);
    }
  }

  /** On a connection that nobody else uses meanwhile. */
  <T> T read(Function<JdbcConnection, T> work) {
    requireThere();
    reading.acquireUninterruptibly();
    try {
      Optional<JdbcConnection> idle = idle();
      if (idle.isPresent()) {
        try {
          return use(idle.get(), work);
        } catch (VagusException e) {
          if (idle.get().loss() != Loss.CONNECTION) {
            throw e;
          }
          // It was lost while it rested: reading again on another changes nothing.
        }
      }
      return use(connect(engine::connectReader), work);
    } finally {
      reading.release();
    }
  }

  private <T> T use(JdbcConnection connection, Function<JdbcConnection, T> work) {
    try {
      return work.apply(connection);
    } finally {
      giveBack(connection);
    }
  }

  private Optional<JdbcConnection> idle() {
    synchronized (idleReaders) {
      requireOpen();
      return Optional.ofNullable(idleReaders.poll());
    }
  }

  private void giveBack(JdbcConnection connection) {
    synchronized (idleReaders) {
      if (closed.getCount() > 0 && connection.loss() != Loss.CONNECTION) {
        idleReaders.push(connection);
        return;
      }
    }
    connection.close();
  }

  void requireOpen() {
    if (closed.getCount() == 0) {
      throw new VagusException(ErrorCode.STOPPING, "the registry is closed");
    }
  }

  /** Under the database's lock. */
  @Override
  public void close() {
    synchronized (idleReaders) {
      if (closed.getCount() == 0) {
        return;
      }
      closed.countDown();
      idleReaders.forEach(JdbcConnection::close);
      idleReaders.clear();
    }
    writerLost();
  }
}
