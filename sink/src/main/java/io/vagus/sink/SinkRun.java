package io.vagus.sink;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.rule.Action;
import io.vagus.rule.Firing;
import io.vagus.rule.Outbox;
import io.vagus.rule.Rule;
import io.vagus.rule.Sink;
import io.vagus.rule.SinkState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * One sink at work: a thread reads the outbox from where all was settled, lanes bring what is in
 * it. It holds so many deliveries as its lanes' queues take, and waits for nobody but its target.
 * Thread-safe.
 */
final class SinkRun implements Lane.Account, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SinkRun.class.getName());
  private static final int OFFSETS = 256;
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration STOP = Duration.ofSeconds(3);

  private final Sink sink;
  private final Target target;
  private final Predicate<Action> wanted;
  private final SinkRunParts parts;
  private final Progress progress;
  private final SinkCounts counts;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /** What all sinks share. */
  record SinkRunParts(
      Outbox outbox,
      DeadLetters letters,
      Patience patience,
      WallClock wall,
      MonotonicClock clock) {}

  private SinkRun(
      Sink sink,
      Target target,
      Predicate<Action> wanted,
      long position,
      SinkCounts counts,
      SinkRunParts parts) {
    this.sink = sink;
    this.target = target;
    this.wanted = wanted;
    this.parts = parts;
    this.progress = new Progress(position);
    this.counts = counts;
    for (int i = 0; i < target.lanes(); i++) {
      lanes.add(new Lane(target, this, parts.patience(), parts.clock(), stopping));
    }
  }

  /**
   * Begins.
   *
   * @param position up to which all is settled
   */
  static SinkRun start(
      Sink sink,
      Target target,
      Predicate<Action> wanted,
      long position,
      SinkCounts counts,
      SinkRunParts parts) {
    SinkRun run = new SinkRun(sink, target, wanted, position, counts, parts);
    run.lanes.forEach(run::begin);
    run.begin(run::read);
    return run;
  }

  private void begin(Runnable work) {
    threads.add(Thread.ofVirtual().name("sink-" + sink.name()).start(work));
  }

  private void read() {
    long position = progress.position();
    try {
      while (stopping.getCount() > 0) {
        position = read(position);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopped
    }
  }

  private long read(long position) throws InterruptedException {
    try {
      List<Firing> found = parts.outbox().read(position, OFFSETS, IDLE);
      begin(found);
      return found.isEmpty() ? position : found.getLast().offset();
    } catch (VagusException e) {
      LOG.log(System.Logger.Level.ERROR, "sink " + sink.name() + ": the outbox is not read", e);
      counts.failed(String.valueOf(e.getMessage()), parts.wall().now());
      var unused = stopping.await(AGAIN.toNanos(), TimeUnit.NANOSECONDS);
      return position;
    }
  }

  /** All of one offset are begun together: what is settled of them moves nothing before. */
  private void begin(List<Firing> firings) throws InterruptedException {
    int from = 0;
    while (from < firings.size()) {
      long offset = firings.get(from).offset();
      List<Delivery> deliveries = new ArrayList<>();
      int to = from;
      while (to < firings.size() && firings.get(to).offset() == offset) {
        deliveries.addAll(deliveries(firings.get(to++)));
      }
      if (!deliveries.isEmpty()) {
        progress.begin(offset, deliveries.size(), firings.get(from).receivedMicros());
      }
      progress.read(offset);
      for (Delivery delivery : deliveries) {
        lanes.get(Math.floorMod(delivery.device().hashCode(), lanes.size())).put(delivery);
      }
      from = to;
    }
  }

  private List<Delivery> deliveries(Firing firing) {
    return firing.mode() == Rule.Mode.LIVE ? Delivery.of(firing, wanted) : List.of();
  }

  @Override
  public void delivered(Delivery delivery) {
    counts.delivered(parts.wall().micros() - delivery.receivedMicros());
    progress.settled(delivery.offset());
  }

  @Override
  public void failed(String why) {
    if (counts.failed(why, parts.wall().now())) {
      LOG.log(System.Logger.Level.WARNING, "sink " + sink.name() + " fails: " + why);
    }
  }

  @Override
  public boolean given(Delivery delivery, int attempts, String why) {
    try {
      if (!parts.letters().add(sink, delivery, attempts, why, counts)) {
        return false;
      }
      progress.settled(delivery.offset());
      return true;
    } catch (VagusException e) {
      failed("no dead letter: " + e.getMessage());
      return false;
    }
  }

  @Override
  public long arrived() {
    return counts.arrived();
  }

  Sink sink() {
    return sink;
  }

  Target target() {
    return target;
  }

  SinkCounts counts() {
    return counts;
  }

  /** Up to where all is settled. */
  long position() {
    return progress.position();
  }

  /** Deliveries that are held in memory. */
  long underWay() {
    return progress.count();
  }

  /** Age of the oldest delivery that waits; 0 without any. */
  long lagMicros() {
    long oldest = progress.oldestMicros();
    return oldest == 0 ? 0 : Math.max(0, parts.wall().micros() - oldest);
  }

  SinkState state() {
    return new SinkState(
        sink,
        lag(),
        lagMicros(),
        counts.arrived(),
        counts.failed(),
        counts.isFailing(),
        counts.deadLetters().get(),
        counts.dropped(),
        counts.lastError());
  }

  /** What is under way, and what of the outbox was not read yet, as far as is worth counting. */
  private long lag() {
    long lag = progress.count();
    long position = progress.read();
    try {
      while (lag < SinkState.MOST_LAG && position < parts.outbox().newestOffset()) {
        List<Firing> found = parts.outbox().read(position, OFFSETS, Duration.ZERO);
        if (found.isEmpty()) {
          break;
        }
        lag += found.stream().mapToLong(f -> deliveries(f).size()).sum();
        position = found.getLast().offset();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Math.min(lag, SinkState.MOST_LAG);
  }

  /** Ends what is under way; one that does not come back is left behind. */
  @Override
  public void close() {
    stopping.countDown();
    threads.forEach(Thread::interrupt);
    long endNanos = parts.clock().nanos() + STOP.toNanos();
    try {
      for (Thread thread : threads) {
        Duration left = Duration.ofNanos(Math.max(1, endNanos - parts.clock().nanos()));
        if (!thread.join(left)) {
          LOG.log(System.Logger.Level.WARNING, "sink " + sink.name() + " does not stop");
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    target.close();
  }
}
