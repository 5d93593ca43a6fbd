package io.vagus.bench;

import io.vagus.kit.WallClock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** What the connections of one event loop count. Written by that loop alone, read by any thread. */
final class LoadLoop {
  private static final long MAX_MICROS = 60_000_000;

  private final WallClock wall = WallClock.system();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong resent = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicReference<String> failure = new AtomicReference<>("");
  private final SingleWriterRecorder latencies = new SingleWriterRecorder(MAX_MICROS, 3);

  WallClock wall() {
    return wall;
  }

  void acknowledged(long nanos, boolean isRefused) {
    latencies.recordValue(Math.min(MAX_MICROS, Math.max(0, nanos / 1000)));
    acknowledged.lazySet(acknowledged.getPlain() + 1);
    if (isRefused) {
      refused.incrementAndGet();
    }
  }

  void resent() {
    resent.incrementAndGet();
  }

  void connected() {
    open.incrementAndGet();
  }

  void disconnected() {
    open.decrementAndGet();
  }

  /** Only the first is kept. */
  void failed(String what) {
    failure.compareAndSet("", what);
  }

  /** Refused ones included. */
  long acknowledged() {
    return acknowledged.get();
  }

  long refused() {
    return refused.get();
  }

  long resentCount() {
    return resent.get();
  }

  int open() {
    return open.get();
  }

  /** Empty when nothing went wrong. */
  String failure() {
    return failure.get();
  }

  /** Of the acknowledgements since the last call, in microseconds. */
  Histogram latencies() {
    return latencies.getIntervalHistogram();
  }
}
