package io.vagus.journal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Runs what others gave the journal's thread, which must outlive their mistakes. */
final class Guarded {
  private static final Logger LOG = System.getLogger("io.vagus.journal");

  private Guarded() {}

  static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a callback of the journal failed", e);
    }
  }
}
