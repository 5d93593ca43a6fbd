package io.vagus.command;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The commands' thread: round after round. */
final class CommandLoop implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CommandLoop.class.getName());
  private static final long TICK_MICROS = TimeUnit.SECONDS.toMicros(1);
  private static final long RETRY_MILLIS = 500;

  private final Board board;
  private final Tasks tasks;
  private final CommandRecords records;
  private final CommandFeed feed;
  private final Retention retention;
  private final CommandMeters meters;
  private final WallClock wall;
  private final MonotonicClock clock;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().name("commands").unstarted(this::run);
  private volatile String failure = "";

  CommandLoop(
      Board board,
      Tasks tasks,
      CommandRecords records,
      CommandFeed feed,
      Retention retention,
      CommandMeters meters,
      WallClock wall,
      MonotonicClock clock) {
    this.board = board;
    this.tasks = tasks;
    this.records = records;
    this.feed = feed;
    this.retention = retention;
    this.meters = meters;
    this.wall = wall;
    this.clock = clock;
  }

  void start() {
    thread.start();
  }

  String failure() {
    return failure;
  }

  private void run() {
    try {
      while (!tasks.isClosed() || tasks.size() > 0) {
        round();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      failure = "stopped: " + e;
      LOG.log(System.Logger.Level.ERROR, "commands stopped", e);
    }
  }

  private void round() throws InterruptedException {
    long wait = Math.min(TICK_MICROS, board.nextDueMicros() - wall.micros());
    List<Tasks.Task> taken = tasks.take(wait);
    Round round = new Round(wall.micros());
    taken.forEach(task -> task.decide(round));
    board.timers(round);
    board.dispatch(round);
    if (commit(round)) {
      feed.publish(round.steps());
      round.finish();
    }
    retention.step(round.nowMicros);
  }

  /** Tried until it is durable: what was decided stands, and nobody has heard of it yet. */
  private boolean commit(Round round) throws InterruptedException {
    CommandRecords.Changes changes = round.changes();
    long began = clock.nanos();
    while (!changes.isEmpty()) {
      try {
        records.write(changes);
        meters.durable(round, clock.nanos() - began);
        failure = "";
        return true;
      } catch (RuntimeException e) {
        if (failure.isEmpty()) {
          LOG.log(System.Logger.Level.ERROR, "commands cannot be made durable; trying again", e);
        }
        failure = String.valueOf(e.getMessage());
        if (stopping.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Decides what was asked by now, and stops. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
