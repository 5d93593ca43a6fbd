package io.vagus.command;

import io.vagus.model.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Tells who watches of each change, once it is durable; a slow one misses some. Thread-safe. */
public final class CommandFeed {
  private static final int QUEUE = 10_000;

  private final CopyOnWriteArrayList<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  /** One who watches. */
  public final class Subscription implements AutoCloseable {
    private final Predicate<Command> filter;
    private final ArrayBlockingQueue<Command> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();

    private Subscription(Predicate<Command> filter) {
      this.filter = filter;
    }

    /** Those that changed, in order; none after the time. */
    public List<Command> poll(Duration wait) throws InterruptedException {
      List<Command> found = new ArrayList<>();
      Command first = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      if (first != null) {
        found.add(first);
        queue.drainTo(found);
      }
      return found;
    }

    /** Changes that it missed. */
    public long dropped() {
      return dropped.get();
    }

    @Override
    public void close() {
      subscriptions.remove(this);
    }
  }

  public Subscription subscribe(Predicate<Command> filter) {
    Subscription subscription = new Subscription(filter);
    subscriptions.add(subscription);
    return subscription;
  }

  void publish(List<Command> steps) {
    for (Subscription subscription : subscriptions) {
      for (Command step : steps) {
        if (subscription.filter.test(step) && !subscription.queue.offer(step)) {
          subscription.dropped.incrementAndGet();
        }
      }
    }
  }
}
