package io.vagus.sink;

import io.vagus.kit.VagusException;
import io.vagus.rule.Outbox;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How far each sink is: written down once a second, and the outbox is told what it may forget when
 * that is durable. Thread-safe.
 */
final class Cursors implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Cursors.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final SqlSinks store;
  private final Outbox outbox;
  private final Map<String, LongSupplier> positions = new HashMap<>();
  private final Map<String, Long> written = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("sink-cursors").unstarted(this::keep);

  Cursors(SqlSinks store, Outbox outbox) {
    this.store = store;
    this.outbox = outbox;
  }

  void start() {
    thread.start();
  }

  /**
   * @param consumer as the outbox knows it
   * @param from what is written down of it
   */
  synchronized void follow(String consumer, long from, LongSupplier position) {
    outbox.release(consumer, from);
    written.put(consumer, from);
    positions.put(consumer, position);
  }

  /**
   * Nothing is written down of it from now on.
   *
   * @param deletion of what was
   */
  synchronized void end(String consumer, Runnable deletion) {
    deletion.run();
    positions.remove(consumer);
    written.remove(consumer);
    outbox.release(consumer, Long.MAX_VALUE);
  }

  private void keep() {
    try {
      while (!closing.await(EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
        write();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  private synchronized void write() {
    Map<String, Long> moved = new LinkedHashMap<>();
    positions.forEach((consumer, position) -> {
      long now = position.getAsLong();
      if (now > written.getOrDefault(consumer, -1L)) {
        moved.put(consumer, now);
      }
    });
    if (moved.isEmpty()) {
      return;
    }
    try {
      store.move(moved);
    } catch (VagusException e) {
      LOG.log(System.Logger.Level.WARNING, "how far the sinks are is not written down", e);
      return;
    }
    written.putAll(moved);
    moved.forEach(outbox::release);
  }

  /** Once more, when the sinks have stopped. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    write();
  }
}
