package io.vagus.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far long work with bytes is, on one line of a terminal; silent when there is none. One
 * thread.
 */
final class Progress {
  private static final long REDRAW_NANOS = 200_000_000L;

  private final String what;
  private final long totalBytes;
  private final @Nullable PrintStream out;
  private final long beganNanos = System.nanoTime();
  private long drawnNanos = beganNanos;
  private long bytes;

  private Progress(String what, long totalBytes, @Nullable PrintStream out) {
    this.what = what;
    this.totalBytes = totalBytes;
    this.out = out;
  }

  /**
   * On the error output when a person sits there.
   *
   * @param totalBytes 0 when it is not known
   */
  static Progress of(String what, long totalBytes) {
    boolean seen = System.console() != null && System.console().isTerminal();
    return new Progress(what, totalBytes, seen ? System.err : null);
  }

  /** Counts what is read. */
  InputStream counting(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int next = super.read();
        advance(next < 0 ? 0 : 1);
        return next;
      }

      @Override
      public int read(byte[] to, int from, int length) throws IOException {
        int n = super.read(to, from, length);
        advance(Math.max(0, n));
        return n;
      }
    };
  }

  private void advance(int n) {
    bytes += n;
    long now = System.nanoTime();
    if (out != null && now - drawnNanos >= REDRAW_NANOS) {
      drawnNanos = now;
      out.print("\r\033[K" + line(bytes, totalBytes, (now - beganNanos) / 1e9));
      out.flush();
    }
  }

  String line(long done, long total, double seconds) {
    double rate = done / Math.max(seconds, 0.001);
    String line = "%s %s, %s/s".formatted(what, size(done), size((long) rate));
    if (total <= 0 || done == 0) {
      return line;
    }
    return "%s, %d %%, %.0f s left"
        .formatted(line, 100 * done / total, Math.max(0, total - done) / rate);
  }

  /** Clears the line. */
  void done() {
    if (out != null) {
      out.print("\r\033[K");
      out.flush();
    }
  }

  /** As people read it: {@code 1.4 GB}. */
  static String size(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  }
}
