package io.vagus.ingest.mqtt;

import io.vagus.kit.MonotonicClock;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The broker's thread: runs tasks from any thread in their order, timers, and after each batch of
 * tasks what the batch left to do. Owns its timers; {@link #execute} is for any thread. The queue
 * is bounded by its callers: each connection waits when too much of its own is queued.
 */
final class BrokerLoop implements Executor, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BrokerLoop.class.getName());
  private static final int MAX_BATCH = 1024;
  private static final long MAX_PARK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Runs once on the broker thread, unless cancelled. */
  static final class Timer implements Comparable<Timer> {
    private final long atNanos;
    private final Runnable task;
    private boolean cancelled;

    private Timer(long atNanos, Runnable task) {
      this.atNanos = atNanos;
      this.task = task;
    }

    void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Timer other) {
      return Long.signum(atNanos - other.atNanos);
    }
  }

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final MonotonicClock clock;
  private final Thread thread;
  private Runnable afterBatch = () -> {};
  private volatile boolean parked;
  private volatile boolean stopping;

  BrokerLoop(MonotonicClock clock) {
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("mqtt-broker").daemon().unstarted(this::run);
  }

  /**
   * Starts the thread.
   *
   * @param task runs on it after each batch of tasks
   */
  void start(Runnable task) {
    afterBatch = task;
    thread.start();
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  /** On the broker thread only. */
  Timer schedule(long delayNanos, Runnable task) {
    Timer timer = new Timer(clock.nanos() + delayNanos, task);
    timers.add(timer);
    return timer;
  }

  private void run() {
    while (!stopping || !tasks.isEmpty()) {
      runTasks();
      runTimers();
      guarded(afterBatch);
      if (tasks.isEmpty() && !stopping) {
        parked = true;
        if (tasks.isEmpty() && !stopping) {
          LockSupport.parkNanos(this, parkNanos());
        }
        parked = false;
      }
    }
  }

  private void runTasks() {
    for (int i = 0; i < MAX_BATCH; i++) {
      Runnable task = tasks.poll();
      if (task == null) {
        return;
      }
      guarded(task);
    }
  }

  private void runTimers() {
    Timer timer = timers.peek();
    while (timer != null && (timer.cancelled || timer.atNanos - clock.nanos() <= 0)) {
      timers.poll();
      if (!timer.cancelled) {
        guarded(timer.task);
      }
      timer = timers.peek();
    }
  }

  private long parkNanos() {
    Timer timer = timers.peek();
    long wait = timer == null ? MAX_PARK_NANOS : timer.atNanos - clock.nanos();
    return Math.clamp(wait, 1, MAX_PARK_NANOS);
  }

  /** The edge of the thread: one task that fails takes no other with it. */
  @SuppressWarnings("CatchingUnchecked")
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "task of the MQTT broker failed", e);
    }
  }

  /** Runs what is queued, then ends the thread; waits for it. */
  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
