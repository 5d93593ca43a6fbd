package io.vagus.process;

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

/** Hands accepted readings to those who watch; a slow one misses some. Thread-safe. */
final class LiveFeed implements LiveReadings {
  private final int queueLength;
  private final AtomicLong dropped = new AtomicLong();
  private final List<Watch> watches = new CopyOnWriteArrayList<>();

  LiveFeed(int queueLength) {
    this.queueLength = queueLength;
  }

  void publish(Reading reading) {
    for (Watch watch : watches) {
      watch.offer(reading);
    }
  }

  int watchers() {
    return watches.size();
  }

  /** Of all watchers, past ones included. */
  long dropped() {
    return dropped.get();
  }

  @Override
  public Subscription subscribe(Predicate<DeviceId> devices) {
    Watch watch = new Watch(devices);
    watches.add(watch);
    return watch;
  }

  private final class Watch implements Subscription {
    private final Predicate<DeviceId> devices;
    private final ArrayBlockingQueue<Reading> queue = new ArrayBlockingQueue<>(queueLength);
    private final AtomicLong missed = new AtomicLong();

    Watch(Predicate<DeviceId> devices) {
      this.devices = devices;
    }

    void offer(Reading reading) {
      if (devices.test(reading.device()) && !queue.offer(reading)) {
        missed.incrementAndGet();
        dropped.incrementAndGet();
      }
    }

    @Override
    public List<Reading> poll(Duration wait) throws InterruptedException {
      Reading first = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      if (first == null) {
        return List.of();
      }
      List<Reading> readings = new ArrayList<>();
      readings.add(first);
      queue.drainTo(readings);
      return readings;
    }

    @Override
    public long dropped() {
      return missed.get();
    }

    @Override
    public void close() {
      watches.remove(this);
    }
  }
}
