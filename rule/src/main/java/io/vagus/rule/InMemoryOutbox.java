package io.vagus.rule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** An outbox for tests. */
public final class InMemoryOutbox implements Outbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final TreeMap<Long, List<Firing>> firings = new TreeMap<>();
  private final Map<String, Long> released = new TreeMap<>();

  /** Adds all firings of one offset, unless it has that offset or a later one. */
  public void add(List<Firing> ofOneOffset) {
    lock.lock();
    try {
      long offset = ofOneOffset.getFirst().offset();
      if (offset > newestOffset()) {
        firings.put(offset, List.copyOf(ofOneOffset));
        added.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Firing> read(long afterOffset, int limit, Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long leftNanos = wait.toNanos();
      while (newestOffset() <= afterOffset && leftNanos > 0) {
        leftNanos = added.awaitNanos(leftNanos);
      }
      return firings.tailMap(afterOffset, false).values().stream()
          .limit(limit)
          .flatMap(List::stream)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Firing> at(long offset) {
    lock.lock();
    try {
      return firings.getOrDefault(offset, List.of());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long newestOffset() {
    lock.lock();
    try {
      return firings.isEmpty() ? -1 : firings.lastKey();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void release(String consumer, long uptoOffset) {
    lock.lock();
    try {
      if (uptoOffset == Long.MAX_VALUE) {
        released.remove(consumer);
      } else {
        released.merge(consumer, uptoOffset, Math::max);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How far a consumer released; -1: it never did. */
  public long released(String consumer) {
    lock.lock();
    try {
      return released.getOrDefault(consumer, -1L);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Recent recent(Filter filter, OptionalLong below, int limit) {
    lock.lock();
    try {
      List<Firing> page = new ArrayList<>();
      for (Map.Entry<Long, List<Firing>> entry :
          firings.headMap(below.orElse(Long.MAX_VALUE), false).descendingMap().entrySet()) {
        if (filter.isTooOld(entry.getValue().getFirst())) {
          break;
        }
        entry.getValue().reversed().stream().filter(filter::matches).forEach(page::add);
        if (page.size() >= limit) {
          return new Recent(page, OptionalLong.of(entry.getKey()));
        }
      }
      return new Recent(page, OptionalLong.empty());
    } finally {
      lock.unlock();
    }
  }
}
