package io.vagus.api;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.Reading;
import io.vagus.series.LiveReadings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One live stream in the format of Server-Sent Events (WHATWG HTML §9.2): events {@code readings}
 * with an array, {@code dropped} when the client is too slow, comments as heartbeat. Confined to
 * its connection's thread, which waits in the write while the client does not read; readings are
 * dropped meanwhile, none is kept for it.
 */
final class EventStream {
  private static final int MAX_READINGS_PER_EVENT = 500;

  /** A stream ends at last, so that what its token allowed does not last for ever. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private final EventWriter out;
  private final LiveReadings.Subscription subscription;
  private final WatchedDevices devices;
  private final MonotonicClock clock;
  private final Duration heartbeat;
  private long droppedTold;

  EventStream(
      EventWriter out,
      LiveReadings.Subscription subscription,
      WatchedDevices devices,
      MonotonicClock clock,
      Duration heartbeat) {
    this.out = out;
    this.subscription = subscription;
    this.devices = devices;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  void run(BooleanSupplier goOn) throws IOException, InterruptedException {
    long startNanos = clock.nanos();
    out.comment("connected");
    while (goOn.getAsBoolean() && clock.nanos() - startNanos < LONGEST.toNanos()) {
      List<Reading> readings = subscription.poll(heartbeat);
      tellDropped();
      for (int i = 0; i < readings.size(); i += MAX_READINGS_PER_EVENT) {
        send(readings.subList(i, Math.min(readings.size(), i + MAX_READINGS_PER_EVENT)));
      }
      if (readings.isEmpty()) {
        out.comment("heartbeat");
      }
      devices.refresh();
    }
  }

  private void send(List<Reading> readings) throws IOException {
    out.event(
        "readings",
        Reply.jsonBytes(
            json -> Shape.items(json, "readings", readings, ReadingShape::writeWithDevice)));
  }

  private void tellDropped() throws IOException {
    long dropped = subscription.dropped();
    if (dropped > droppedTold) {
      long since = dropped - droppedTold;
      droppedTold = dropped;
      out.event(
          "dropped",
          Reply.jsonBytes(json -> {
            json.writeNumberProperty("count", since);
            json.writeNumberProperty("total", dropped);
          }));
    }
  }
}
