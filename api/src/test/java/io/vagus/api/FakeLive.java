package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.LiveReadings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** A feed whose queues hold 1000 readings each. */
final class FakeLive implements LiveReadings {
  final List<Queue> subscriptions = new CopyOnWriteArrayList<>();

  @Override
  public Subscription subscribe(Predicate<DeviceId> devices) {
    Queue queue = new Queue(devices);
    subscriptions.add(queue);
    return queue;
  }

  void publish(Reading reading) {
    subscriptions.forEach(queue -> queue.offer(reading));
  }

  /** One watcher's. */
  final class Queue implements Subscription {
    final AtomicLong dropped = new AtomicLong();
    private final Predicate<DeviceId> devices;
    private final ArrayBlockingQueue<Reading> queue = new ArrayBlockingQueue<>(1000);

    Queue(Predicate<DeviceId> devices) {
      this.devices = devices;
    }

    private void offer(Reading reading) {
      if (devices.test(reading.device()) && !queue.offer(reading)) {
        dropped.incrementAndGet();
      }
    }

    @Override
    public List<Reading> poll(Duration wait) throws InterruptedException {
      Reading first = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      List<Reading> all = new ArrayList<>();
      if (first != null) {
        all.add(first);
        queue.drainTo(all);
      }
      return all;
    }

    @Override
    public long dropped() {
      return dropped.get();
    }

    @Override
    public void close() {
      subscriptions.remove(this);
    }
  }
}
