package io.vagus.server;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was started, to be stopped in reverse. Not thread-safe. */
final class Parts implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Parts.class.getName());

  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T part) {
    started.push(part);
    return part;
  }

  /** Stops all, also when one of them fails to. */
  @Override
  public void close() {
    while (!started.isEmpty()) {
      AutoCloseable part = started.pop();
      try {
        part.close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOG.log(System.Logger.Level.ERROR, "stopping " + part.getClass().getSimpleName(), e);
      }
    }
  }
}
