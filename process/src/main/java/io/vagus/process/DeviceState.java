package io.vagus.process;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.model.Reported;
import io.vagus.rule.engine.DeviceRules;
import io.vagus.rule.engine.Subject;
import io.vagus.twin.ReportedState;
import io.vagus.watch.DeviceActivity;
import io.vagus.wire.DocumentValues;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that is remembered of one device. Written by the processing thread; what other threads ask
 * for is read and written under this object's monitor.
 */
final class DeviceState implements Subject {
  /** A bit of the stored cadence: files older than the twin have it nowhere. */
  private static final long HAS_REPORTED = 1L << 62;

  /** The same, for files older than rules. */
  private static final long HAS_SENSORS = 1L << 61;

  private static final long HAS_RULES = 1L << 60;

  private static final long BITS = HAS_REPORTED | HAS_SENSORS | HAS_RULES;

  final DeviceId device;

  /** {@link Keys#ofDevice} of it. */
  final long key;

  /** What others are shown of it; outlives no process. */
  final DeviceActivity activity;

  final DedupeWindow window;
  final ClockEstimate clock = new ClockEstimate();
  final LastReadings last = new LastReadings();
  final Gaps gaps = new Gaps();

  /** What it says it is; null before it said anything. */
  @Nullable ReportedState reported;

  /** Null while its product looks for no faults. */
  @Nullable Sensors sensors;

  /** What the rules remember of it; null: nothing. */
  private @Nullable DeviceRules rules;

  /** Its product when it was last heard, as far as rules asked for it. */
  private String product = "";

  private final Consumer<DeviceState> changed;

  /** Where the journal holds its last message; -1 before the first. */
  private long lastOffset = -1;

  /** Cadence its model asked for when it last sent; 0 without one. */
  long cadenceMicros;

  /** Whether it changed since the last checkpoint, and how many keys were added since. */
  boolean dirty;

  int newKeys;

  /**
   * @param changed told of each change by the rules
   */
  DeviceState(
      DeviceId device, DeviceActivity activity, int dedupeMessages, Consumer<DeviceState> changed) {
    this.changed = changed;
    this.device = device;
    this.activity = activity;
    this.key = Keys.ofDevice(device.value());
    this.window = new DedupeWindow(dedupeMessages);
  }

  void remember(long key, long offset, byte gateway) {
    if (key != Keys.NONE) {
      window.remember(key, offset, gateway);
      newKeys++;
    }
  }

  Sensors sensors() {
    Sensors known = sensors;
    if (known == null) {
      known = new Sensors();
      sensors = known;
    }
    return known;
  }

  /** Notes the device's newest message and answers the offset of the one before. */
  synchronized long passed(long offset) {
    long before = lastOffset;
    lastOffset = offset;
    return before;
  }

  synchronized long newestOffset() {
    return lastOffset;
  }

  synchronized List<Reading> latest() {
    return last.list(device);
  }

  void product(String now) {
    if (!product.equals(now)) {
      product = now;
    }
  }

  @Override
  public DeviceId device() {
    return device;
  }

  @Override
  public String product() {
    return product;
  }

  @Override
  public @Nullable Reading latest(String metric) {
    int index = last.indexOf(metric);
    return index < 0 ? null : last.reading(device, index);
  }

  @Override
  public Map<String, @Nullable Object> reported() {
    return reported == null ? Map.of() : DocumentValues.of(reported.view(device).document());
  }

  @Override
  public @Nullable DeviceRules remembered() {
    return rules;
  }

  @Override
  public void remember(DeviceRules remembered) {
    rules = remembered;
    changed.accept(this);
  }

  synchronized Optional<Reported> reportedView() {
    return Optional.ofNullable(reported).map(state -> state.view(device));
  }

  /**
   * What a checkpoint needs: everything but, of the remembered keys, only those not written before.
   *
   * @param all for a checkpoint that stands alone
   */
  void write(Bytes out, boolean all) {
    int keys = all ? window.size() : Math.min(newKeys, window.size());
    long cadence =
        cadenceMicros
            | (reported == null ? 0 : HAS_REPORTED)
            | (sensors == null ? 0 : HAS_SENSORS)
            | (rules == null ? 0 : HAS_RULES);
    out.putText(device.value()).putLong(lastOffset).putLong(cadence);
    clock.write(out);
    last.write(out);
    gaps.write(out);
    out.putInt(keys);
    window.writeNewest(keys, out);
    if (reported != null) {
      byte[] state = reported.encode();
      out.putInt(state.length).putBytes(state, 0, state.length);
    }
    if (sensors != null) {
      sensors.write(out);
    }
    if (rules != null) {
      byte[] state = rules.write();
      out.putInt(state.length).putBytes(state, 0, state.length);
    }
    newKeys = 0;
    dirty = false;
  }

  /** Adds what {@link #write} wrote, after the device's id. */
  void read(Bytes in, Interner names) {
    lastOffset = in.getLong();
    long cadence = in.getLong();
    cadenceMicros = cadence & ~BITS;
    clock.read(in);
    last.read(in, device, names);
    gaps.read(in);
    window.read(in.getInt(), in);
    if ((cadence & HAS_REPORTED) != 0) {
      reported = ReportedState.decode(in.getBytes(in.getInt()), names::intern);
    }
    sensors = (cadence & HAS_SENSORS) == 0 ? null : Sensors.read(in, names);
    rules =
        (cadence & HAS_RULES) == 0
            ? null
            : DeviceRules.read(in.getBytes(in.getInt()), names::intern);
    activity.heardBefore(last.newestReceivedMicros());
  }
}
