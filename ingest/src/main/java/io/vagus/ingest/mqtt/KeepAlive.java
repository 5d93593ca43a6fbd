package io.vagus.ingest.mqtt;

import io.netty.channel.EventLoop;
import io.vagus.kit.MonotonicClock;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches that something comes within one and a half times the keep alive [MQTT-3.1.2-22]. Confined
 * to its event loop.
 */
final class KeepAlive {
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** What it watches. */
  interface Watched {
    /** Whether silence would be the client's: not while we do not read. */
    boolean isReading();

    void keepAliveExceeded();
  }

  private final EventLoop loop;
  private final MonotonicClock clock;
  private final long boundNanos;
  private final Watched watched;
  private long lastNanos;
  private @Nullable ScheduledFuture<?> timer;

  /**
   * A watch that has not begun.
   *
   * @param seconds 0 for none
   */
  KeepAlive(EventLoop loop, MonotonicClock clock, int seconds, Watched watched) {
    this.loop = loop;
    this.clock = clock;
    this.boundNanos = TimeUnit.MILLISECONDS.toNanos(1500L * seconds);
    this.watched = watched;
  }

  void start() {
    heard();
    if (boundNanos > 0) {
      checkIn(boundNanos);
    }
  }

  void heard() {
    lastNanos = clock.nanos();
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void checkIn(long nanos) {
    timer = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
  }

  private void check() {
    long left = boundNanos - (clock.nanos() - lastNanos);
    if (left > 0 || !watched.isReading()) {
      checkIn(Math.max(left, AGAIN_NANOS));
    } else {
      watched.keepAliveExceeded();
    }
  }
}
