package io.vagus.command;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the commands' thread is to look at, the urgent before the rest. Bounded: who asks is told
 * BUSY, what devices and the thread itself say is always taken, for they are bounded by what was
 * sent. Owns its lock.
 */
final class Tasks {
  /** How many a round takes. */
  private static final int ROUND = 1000;

  private static final int MAX_ASKED = 20_000;

  /** Something to decide. */
  interface Task {
    void decide(Round round);
  }

  private final ArrayDeque<Task> urgent = new ArrayDeque<>();
  private final ArrayDeque<Task> rest = new ArrayDeque<>();
  private boolean closed;

  synchronized void urgent(Task task) {
    urgent.add(task);
    notifyAll();
  }

  synchronized void ask(Task task, boolean isUrgent) {
    if (closed) {
      throw new VagusException(ErrorCode.STOPPING, "commands: the server stops");
    }
    if (rest.size() + urgent.size() >= MAX_ASKED) {
      throw new VagusException(
          ErrorCode.BUSY, "commands: " + MAX_ASKED + " requests wait (expected: fewer)");
    }
    (isUrgent ? urgent : rest).add(task);
    notifyAll();
  }

  synchronized int size() {
    return urgent.size() + rest.size();
  }

  /** Waits for some, at most so long. */
  synchronized List<Task> take(long waitMicros) throws InterruptedException {
    if (urgent.isEmpty() && rest.isEmpty() && !closed && waitMicros > 0) {
      TimeUnit.MICROSECONDS.timedWait(this, waitMicros);
    }
    List<Task> taken = new ArrayList<>();
    while (taken.size() < ROUND && !(urgent.isEmpty() && rest.isEmpty())) {
      taken.add(urgent.isEmpty() ? rest.remove() : urgent.remove());
    }
    return taken;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
