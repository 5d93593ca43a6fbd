package io.vagus.command;

import java.util.concurrent.TimeUnit;

/**
 * Keeps the records bounded, a few commands at a time, so that no round waits long for it. Confined
 * to the commands' thread.
 */
final class Retention {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());
  private static final int AT_ONCE = 500;
  private static final long REST_MICROS = TimeUnit.MINUTES.toMicros(1);
  private static final long BUSY_MICROS = TimeUnit.MILLISECONDS.toMicros(100);

  private final CommandRecords records;
  private final CommandConfig config;
  private long nextMicros;
  private boolean failing;

  Retention(CommandRecords records, CommandConfig config) {
    this.records = records;
    this.config = config;
  }

  void step(long nowMicros) {
    if (nowMicros < nextMicros) {
      return;
    }
    try {
      long before = nowMicros - config.retention().toNanos() / 1000;
      int forgotten = records.forget(before, config.maxKept(), AT_ONCE);
      nextMicros = nowMicros + (forgotten < AT_ONCE ? REST_MICROS : BUSY_MICROS);
      failing = false;
    } catch (RuntimeException e) {
      nextMicros = nowMicros + REST_MICROS;
      if (!failing) {
        LOG.log(System.Logger.Level.WARNING, "old commands stay; trying again", e);
      }
      failing = true;
    }
  }
}
