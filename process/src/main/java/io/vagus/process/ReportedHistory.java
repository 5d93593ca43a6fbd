package io.vagus.process;

import io.vagus.kit.SnapshotFolder;
import io.vagus.model.DeviceId;
import io.vagus.model.Reported;
import io.vagus.twin.ReportedPast.Forgotten;
import io.vagus.twin.ReportedPast.Known;
import io.vagus.twin.ReportedPast.Past;
import io.vagus.twin.ReportedState;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reported states that a report replaced by another, each with when that was. A state that is
 * merely repeated is none. What a device was at a time is the first state that was replaced after
 * it, or the present one when none was; so one looks from the newest back to that time, and no
 * further. Thread-safe.
 *
 * <p>Record: text device, {@code long} receive time of the report that replaced it, {@code int}
 * length and bytes of the state.
 */
final class ReportedHistory implements AutoCloseable {
  private static final String FOLDER = "reported-history";

  /** Read while the log is held, so that the processing never waits long. */
  private static final int AT_ONCE = 500;

  private final RecordLog log;

  /** {@code state} null: another device's. */
  private record Replaced(long micros, byte @Nullable [] state) {}

  ReportedHistory(Path folder, long maxBytes) {
    this.log = new RecordLog(folder.resolve(FOLDER), maxBytes);
  }

  void add(long offset, DeviceId device, long micros, byte[] state) {
    log.add(
        offset,
        out ->
            out.putText(device.value())
                .putLong(micros)
                .putInt(state.length)
                .putBytes(state, 0, state.length));
  }

  /**
   * @param now read before the call
   */
  Past asOf(DeviceId device, long micros, Optional<Reported> now) {
    byte[] found = null;
    long oldest = Long.MAX_VALUE;
    long below = Long.MAX_VALUE;
    while (below >= 0) {
      RecordLog.Part<Replaced> part = log.newest(below, AT_ONCE, content -> read(device, content));
      for (Replaced replaced : part.items()) {
        if (replaced.micros <= micros) {
          return known(device, found, now);
        }
        oldest = Math.min(oldest, replaced.micros);
        found = replaced.state == null ? found : replaced.state;
      }
      below = part.next();
    }
    return log.mayHaveDropped() ? new Forgotten(oldest) : known(device, found, now);
  }

  private static Known known(DeviceId device, byte @Nullable [] found, Optional<Reported> now) {
    return new Known(
        found == null
            ? now.orElse(Reported.none(device))
            : ReportedState.decode(found, pointer -> pointer).view(device));
  }

  private static Replaced read(DeviceId device, Bytes content) {
    content.rewind();
    long unused = content.getLong();
    boolean isIts = content.getText().equals(device.value());
    long micros = content.getLong();
    return new Replaced(micros, isIts ? content.getBytes(content.getInt()) : null);
  }

  void force() {
    log.force();
  }

  void snapshot(SnapshotFolder to, String name) {
    log.snapshot(to, name + FOLDER);
  }

  @Override
  public void close() {
    log.close();
  }
}
