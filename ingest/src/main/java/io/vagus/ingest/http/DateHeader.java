package io.vagus.ingest.http;

import io.vagus.kit.WallClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The Date header (RFC 9110 §6.6.1), written anew once a second: a device without a clock can go by
 * it. Thread-safe.
 */
final class DateHeader {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private record Line(long second, byte[] bytes) {}

  private final WallClock clock;
  private volatile Line line = new Line(Long.MIN_VALUE, new byte[0]);

  DateHeader(WallClock clock) {
    this.clock = clock;
  }

  /** The whole line with its end. Not to be changed. */
  byte[] line() {
    long second = Math.floorDiv(clock.micros(), 1_000_000L);
    Line current = line;
    if (current.second != second) {
      String text = "date: " + FORMAT.format(Instant.ofEpochSecond(second)) + "\r\n";
      current = new Line(second, text.getBytes(StandardCharsets.US_ASCII));
      line = current;
    }
    return current.bytes;
  }
}
