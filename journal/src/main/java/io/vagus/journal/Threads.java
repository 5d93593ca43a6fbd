package io.vagus.journal;

/** Waiting for a thread that will end soon. */
final class Threads {
  private Threads() {}

  /** Waits even when interrupted, and passes the interrupt on afterwards. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
