package io.vagus.sink;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.DeviceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Brings deliveries one after the other, each until it is settled: what fails is tried again, and
 * with it what its device had behind it. Owns its thread.
 */
final class Lane implements Runnable {

  /** Who is told what became of them. */
  interface Account {
    void delivered(Delivery delivery);

    void failed(String why);

    /** False when it can be kept nowhere: it has to be tried again. */
    boolean given(Delivery delivery, int attempts, String why);

    /** How many deliveries of the whole sink arrived so far. */
    long arrived();
  }

  private final Target target;
  private final Account account;
  private final Patience patience;
  private final MonotonicClock clock;
  private final CountDownLatch stopping;
  private final ArrayBlockingQueue<Delivery> queue;

  Lane(
      Target target,
      Account account,
      Patience patience,
      MonotonicClock clock,
      CountDownLatch stopping) {
    this.target = target;
    this.account = account;
    this.patience = patience;
    this.clock = clock;
    this.stopping = stopping;
    this.queue = new ArrayBlockingQueue<>(Math.max(64, 2 * target.batch()));
  }

  /** Waits for room. */
  void put(Delivery delivery) throws InterruptedException {
    queue.put(delivery);
  }

  @Override
  public void run() {
    try {
      while (stopping.getCount() > 0) {
        List<Delivery> batch = new ArrayList<>();
        batch.add(queue.take());
        queue.drainTo(batch, target.batch() - 1);
        settle(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopped: the cursor knows what was settled
    }
  }

  private void settle(List<Delivery> batch) throws InterruptedException {
    List<Delivery> left = batch;
    long arrivedBefore = account.arrived();
    long sinceNanos = clock.nanos();
    for (int attempt = 1; !left.isEmpty(); attempt++) {
      List<Outcome> outcomes = attempt(left);
      boolean over = isOver(attempt, sinceNanos, arrivedBefore);
      left = again(left, outcomes, attempt, over);
      if (!left.isEmpty()) {
        Duration wait = patience.wait(attempt, asked(outcomes), ThreadLocalRandom.current());
        if (stopping.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new InterruptedException("stopping");
        }
      }
    }
  }

  private boolean isOver(int attempt, long sinceNanos, long arrivedBefore) {
    boolean spoils =
        attempt >= Patience.ATTEMPTS_BESIDE_OTHERS && account.arrived() > arrivedBefore;
    return spoils || clock.nanos() - sinceNanos >= patience.giveUp().toNanos();
  }

  private List<Outcome> attempt(List<Delivery> batch) throws InterruptedException {
    try {
      return target.deliver(batch);
    } catch (RuntimeException e) {
      Outcome failed = new Outcome.Failed(String.valueOf(e.getMessage()));
      return batch.stream().map(d -> failed).toList();
    }
  }

  /** What is to be tried again, in order: of a device all from the first that failed. */
  private List<Delivery> again(
      List<Delivery> batch, List<Outcome> outcomes, int attempt, boolean over) {
    List<Delivery> again = new ArrayList<>();
    Set<DeviceId> behind = new HashSet<>();
    for (int i = 0; i < batch.size(); i++) {
      Delivery delivery = batch.get(i);
      boolean settled =
          !behind.contains(delivery.device())
              && isSettled(delivery, outcomes.get(i), attempt, over);
      if (!settled) {
        behind.add(delivery.device());
        again.add(delivery);
      }
    }
    return again;
  }

  private boolean isSettled(Delivery delivery, Outcome outcome, int attempt, boolean over) {
    return switch (outcome) {
      case Outcome.Delivered() -> {
        account.delivered(delivery);
        yield true;
      }
      case Outcome.Refused(String why) -> {
        account.failed(why);
        yield account.given(delivery, attempt, why);
      }
      case Outcome.Failed(String why, Optional<Duration> _) -> {
        account.failed(why);
        yield over && account.given(delivery, attempt, why);
      }
    };
  }

  private static Optional<Duration> asked(List<Outcome> outcomes) {
    return outcomes.stream()
        .flatMap(o ->
            o instanceof Outcome.Failed f
                ? f.after().stream()
                : Optional.<Duration>empty().stream())
        .max(Duration::compareTo);
  }
}
