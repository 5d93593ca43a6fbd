package io.vagus.journal;

import io.vagus.kit.WallClock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What need not hold up a commit: prepares the next segment's file, saves how far consumers are,
 * and removes old segments; each second and when woken. Owns its thread.
 */
final class Housekeeper implements Runnable {
  private static final Logger LOG = System.getLogger("io.vagus.journal");
  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final SegmentStore store;
  private final Segments segments;
  private final Consumers consumers;
  private final Damages damages;
  private final JournalConfig config;
  private final WallClock wall;
  private final Thread thread;
  private final ReentrantLock removing = new ReentrantLock();
  private volatile boolean stopping;
  private boolean failing;

  Housekeeper(
      SegmentStore store,
      Segments segments,
      Consumers consumers,
      Damages damages,
      JournalConfig config,
      WallClock wall) {
    this.store = store;
    this.segments = segments;
    this.consumers = consumers;
    this.damages = damages;
    this.config = config;
    this.wall = wall;
    thread = Thread.ofPlatform().daemon().name("journal-housekeeper").unstarted(this);
  }

  void start() {
    thread.start();
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  /** Does all of it a last time, and ends. */
  void stop() {
    stopping = true;
    wake();
    Threads.join(thread);
  }

  /** Removal waits meanwhile, all else goes on. */
  void whileNothingIsRemoved(Runnable action) {
    removing.lock();
    try {
      action.run();
    } finally {
      removing.unlock();
    }
  }

  @Override
  public void run() {
    boolean last;
    do {
      last = stopping;
      tidy(last);
      if (!last) {
        LockSupport.parkNanos(this, PAUSE_NANOS);
      }
    } while (!last);
  }

  private void tidy(boolean last) {
    try {
      consumers.save();
      removing.lock();
      try {
        retain();
      } finally {
        removing.unlock();
      }
      if (!last) {
        prepare();
      }
      failing = false;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        LOG.log(Level.WARNING, "housekeeping of the journal failed, trying again", e);
      }
      failing = true;
    }
  }

  private void prepare() throws IOException {
    List<Segment> all = segments.all();
    if (all.isEmpty() || all.getLast().end().position() >= all.getLast().sizeBytes() / 2) {
      store.prepareSpare();
    }
  }

  private void retain() throws IOException {
    List<Segment> all = segments.all();
    long size = segments.sizeBytes();
    long oldestMicros = wall.micros() - config.retainAge().toMillis() * 1000;
    long needed = consumers.least().orElse(Long.MAX_VALUE);
    for (int i = 0; i < all.size() - 1; i++) {
      Segment segment = all.get(i);
      long endOffset = all.get(i + 1).base();
      boolean outlived =
          size > config.retainSize().bytes() || segment.index().maxTimeMicros() < oldestMicros;
      if (!outlived || endOffset > needed) {
        return;
      }
      segments.remove(segment);
      store.delete(segment);
      damages.forgetBelow(endOffset);
      size -= segment.sizeBytes();
    }
  }
}
