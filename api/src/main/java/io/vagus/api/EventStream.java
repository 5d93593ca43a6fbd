package io.vagus.api;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.Reading;
import io.vagus.series.LiveReadings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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

  private final OutputStream out;
  private final LiveReadings.Subscription subscription;
  private final WatchedDevices devices;
  private final MonotonicClock clock;
  private final Duration heartbeat;
  private long droppedTold;

  EventStream(
      OutputStream out,
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
    comment("connected");
    while (goOn.getAsBoolean() && clock.nanos() - startNanos < LONGEST.toNanos()) {
      List<Reading> readings = subscription.poll(heartbeat);
      tellDropped();
      for (int i = 0; i < readings.size(); i += MAX_READINGS_PER_EVENT) {
        send(readings.subList(i, Math.min(readings.size(), i + MAX_READINGS_PER_EVENT)));
      }
      if (readings.isEmpty()) {
        comment("heartbeat");
      }
      devices.refresh();
    }
  }

  private void send(List<Reading> readings) throws IOException {
    event(
        "readings",
        Reply.jsonBytes(
            json -> Shape.items(json, "readings", readings, ReadingShape::writeWithDevice)));
  }

  private void tellDropped() throws IOException {
    long dropped = subscription.dropped();
    if (dropped > droppedTold) {
      long since = dropped - droppedTold;
      droppedTold = dropped;
      event(
          "dropped",
          Reply.jsonBytes(json -> {
            json.writeNumberProperty("count", since);
            json.writeNumberProperty("total", dropped);
          }));
    }
  }

  /** JSON has no line breaks of its own: one data line. */
  private void event(String name, byte[] json) throws IOException {
    out.write(("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
    out.write(json);
    out.write('\n');
    out.write('\n');
    out.flush();
  }

  private void comment(String text) throws IOException {
    out.write((": " + text + "\n\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
