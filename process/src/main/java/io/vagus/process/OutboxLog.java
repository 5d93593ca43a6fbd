package io.vagus.process;

import io.vagus.kit.SnapshotFolder;
import io.vagus.rule.Firing;
import io.vagus.rule.FiringCodec;
import io.vagus.rule.Outbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Firings by the journal offset that brought them about. An offset that is there is not added
 * again, so that a replay of the journal after a crash fires nothing twice. Only what is durable is
 * handed out.
 *
 * <p>It is full when its disk is: then the oldest go, released or not, since a sink that hangs must
 * stop neither the messages nor the other sinks. What a consumer had not released counts as lost
 * for it. Thread-safe; one thread adds.
 *
 * <p>Record: {@code int} length and bytes of {@link FiringCodec}.
 */
final class OutboxLog implements Outbox, AutoCloseable {
  private static final String FOLDER = "outbox";

  /** Read while the log is held, so that the processing never waits long. */
  private static final int AT_ONCE = 200;

  private final RecordLog log;
  private final Map<String, Long> released = new ConcurrentHashMap<>();
  private final Map<String, Long> lost = new TreeMap<>();
  private final AtomicLong allLost = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private volatile long durableOffset;
  private boolean added;

  OutboxLog(Path folder, long maxBytes) {
    this.log = new RecordLog(folder.resolve(FOLDER), maxBytes, this::dropping);
    log.forceNewest();
    this.durableOffset = log.lastOffset();
  }

  /** Takes all firings of an offset; on the processing thread. */
  void add(long offset, List<Firing> firings) {
    byte[] bytes = FiringCodec.encode(firings);
    log.add(offset, out -> out.putInt(bytes.length).putBytes(bytes, 0, bytes.length));
    added = true;
  }

  /** Whether something was added since {@link #force}. */
  boolean isUnforced() {
    return added;
  }

  /** Makes durable what was added and hands it out; on the processing thread. */
  void force() {
    if (added) {
      log.force();
      added = false;
      durableOffset = log.lastOffset();
      lock.lock();
      try {
        grown.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public List<Firing> read(long afterOffset, int limit, Duration wait) throws InterruptedException {
    await(afterOffset, wait);
    return log.after(afterOffset, durableOffset, limit, OutboxLog::firings).stream()
        .flatMap(List::stream)
        .toList();
  }

  private void await(long afterOffset, Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long leftNanos = wait.toNanos();
      while (durableOffset <= afterOffset && leftNanos > 0) {
        leftNanos = grown.awaitNanos(leftNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long newestOffset() {
    return durableOffset;
  }

  @Override
  public void release(String consumer, long uptoOffset) {
    if (uptoOffset == Long.MAX_VALUE) {
      released.remove(consumer);
    } else {
      released.merge(consumer, uptoOffset, Math::max);
    }
  }

  @Override
  public Recent recent(Filter filter, OptionalLong below, int limit) {
    List<Firing> page = new ArrayList<>();
    long next = Math.min(below.orElse(Long.MAX_VALUE), durableOffset + 1);
    while (next >= 0 && page.size() < limit) {
      RecordLog.Part<List<Firing>> part =
          log.newest(next, Math.min(AT_ONCE, limit), OutboxLog::firings);
      for (List<Firing> firings : part.items()) {
        if (filter.isTooOld(firings.getFirst())) {
          return new Recent(page, OptionalLong.empty());
        }
        firings.reversed().stream().filter(filter::matches).forEach(page::add);
        next = firings.getFirst().offset();
        if (page.size() >= limit) {
          return new Recent(page, OptionalLong.of(next));
        }
      }
      next = part.next();
    }
    return new Recent(page, next < 0 ? OptionalLong.empty() : OptionalLong.of(next));
  }

  @Override
  public List<Firing> at(long offset) {
    return offset > durableOffset
        ? List.of()
        : log.find(offset, OutboxLog::firings).orElse(List.of());
  }

  private static List<Firing> firings(Bytes content) {
    return FiringCodec.decode(content.getBytes(content.getInt()));
  }

  private synchronized void dropping(Path file, long lastOffset) {
    released.forEach((consumer, upto) -> {
      if (upto < lastOffset) {
        long missed = firingsBeyond(upto, file);
        lost.merge(consumer, missed, Long::sum);
        allLost.addAndGet(missed);
      }
    });
  }

  private static long firingsBeyond(long upto, Path file) {
    AtomicLong count = new AtomicLong();
    try {
      FrameFile.read(
          file,
          (at, content) -> {
            if (content.getLong() > upto) {
              count.addAndGet(firings(content).size());
            }
          });
    } catch (IOException e) {
      throw FrameFile.failed(file, e);
    }
    return count.get();
  }

  /** Firings that went before a consumer had released them, of all consumers. */
  long lost() {
    return allLost.get();
  }

  /** What an operator should know; empty when all is well. */
  synchronized String concern() {
    return lost.isEmpty()
        ? ""
        : "outbox: full; firings lost before they were carried out: %s (see process.outbox-bytes)"
            .formatted(lost);
  }

  void snapshot(SnapshotFolder to, String name) {
    log.snapshot(to, name + FOLDER);
  }

  @Override
  public void close() {
    log.close();
  }
}
