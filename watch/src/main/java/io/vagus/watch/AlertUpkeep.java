package io.vagus.watch;

import io.vagus.kit.WallClock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Forgets old alerts, some at a time. Owns its thread. */
public final class AlertUpkeep implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AlertUpkeep.class.getName());
  private static final long REST_SECONDS = 60;
  private static final long STOP_SECONDS = 10;

  private final Alerts alerts;
  private final AlertConfig config;
  private final WallClock clock;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;
  private boolean failing;

  private AlertUpkeep(Alerts alerts, AlertConfig config, WallClock clock) {
    this.alerts = alerts;
    this.config = config;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("alert-upkeep").unstarted(this::run);
  }

  /**
   * @param clock that does not leap ahead
   */
  public static AlertUpkeep start(Alerts alerts, AlertConfig config, WallClock clock) {
    AlertUpkeep upkeep = new AlertUpkeep(alerts, config, clock);
    upkeep.thread.start();
    return upkeep;
  }

  private void run() {
    try {
      do {
        forget();
      } while (!stopping.await(REST_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it ends
    }
  }

  private void forget() {
    try {
      boolean more = true;
      while (more && stopping.getCount() > 0) {
        more = alerts.forget(config, clock.micros());
      }
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.log(System.Logger.Level.WARNING, "old alerts stay; trying again", e);
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    stopping.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
