package io.vagus.ingest.mqtt;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches that a client takes what it is sent within some time. Confined to its event loop. */
final class SlowReader {
  private final EventLoop loop;
  private final Duration timeout;
  private final Runnable tooSlow;
  private @Nullable ScheduledFuture<?> timer;

  SlowReader(EventLoop loop, Duration timeout, Runnable tooSlow) {
    this.loop = loop;
    this.timeout = timeout;
    this.tooSlow = tooSlow;
  }

  /** Whether its socket takes bytes has changed. */
  void writable(boolean writable) {
    if (writable) {
      stop();
    } else if (timer == null) {
      timer = loop.schedule(tooSlow, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
