package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.watch.MessageWatch;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The state of all devices and the ledger's counts, at one position of the journal, and how they
 * are written to checkpoints. One thread writes; others may look up a device.
 */
final class Partition {
  private static final Logger LOG = System.getLogger(Partition.class.getName());
  private static final int BASE_FRAME_BYTES = 4 << 20;

  /** A bit of the stored position: files older than rules have it nowhere. */
  private static final long HAS_REVISION = 1L << 62;

  private final ProcessLimits limits;
  private final MessageWatch watch;
  private final ConcurrentHashMap<DeviceId, DeviceState> devices = new ConcurrentHashMap<>();
  private final Interner names = new Interner();
  private final Step step;
  private final OffsetTimes times;
  private final List<DeviceState> dirty = new ArrayList<>();
  private boolean poisonReported;

  final Tally tally = new Tally();

  /** Journal offset below which all is processed. */
  long position;

  /** Of the rules in force. */
  long revision;

  /**
   * @param related the device of that relation to another
   */
  Partition(
      ProcessLimits limits,
      MessageWatch watch,
      BiFunction<DeviceId, String, Optional<DeviceId>> related) {
    this.limits = limits;
    this.watch = watch;
    this.step = new Step(limits, names, new References(this::device, related));
    this.times = new OffsetTimes(limits.dedupeMicros());
  }

  /** Processes one message; an exception makes it a dead letter, never stops the loop. */
  DeviceState apply(
      long offset,
      long timeMicros,
      Envelope envelope,
      Optional<ProductModel> model,
      Effects effects) {
    times.passed(offset, timeMicros);
    DeviceState state = devices.get(envelope.device());
    if (state == null) {
      state = newState(envelope.device(), envelope.product());
      devices.put(envelope.device(), state);
    }
    changed(state);
    effects.reset();
    synchronized (state) {
      try {
        step.apply(state, offset, envelope, model, times.windowStart(), effects);
      } catch (RuntimeException e) {
        effects.deadLettered(ErrorCode.INTERNAL, "processing failed: " + e);
        if (!poisonReported) {
          poisonReported = true;
          LOG.log(Level.ERROR, "message at offset " + offset + " cannot be processed", e);
        }
      }
    }
    return state;
  }

  private DeviceState newState(DeviceId id, String product) {
    return new DeviceState(id, watch.activity(id, product), limits.dedupeMessages(), this::changed);
  }

  private void changed(DeviceState state) {
    if (!state.dirty) {
      state.dirty = true;
      dirty.add(state);
    }
  }

  Optional<DeviceState> device(DeviceId id) {
    return Optional.ofNullable(devices.get(id));
  }

  Iterable<DeviceState> devices() {
    return devices.values();
  }

  int deviceCount() {
    return devices.size();
  }

  /** What changed since the last checkpoint, as one frame. */
  void writeChanges(Bytes out) {
    writeHeader(out);
    for (DeviceState state : dirty) {
      state.write(out, false);
    }
    dirty.clear();
  }

  /** Everything, in frames of bounded size. */
  void writeAll(Consumer<Bytes> sink) {
    Bytes out = Bytes.ofCapacity(BASE_FRAME_BYTES + (BASE_FRAME_BYTES >> 2));
    writeHeader(out);
    for (DeviceState state : devices.values()) {
      if (out.position() > BASE_FRAME_BYTES) {
        sink.accept(out);
        out.clear();
        writeHeader(out);
      }
      state.write(out, true);
    }
    sink.accept(out);
    dirty.clear();
  }

  private void writeHeader(Bytes out) {
    out.putLong(revision == 0 ? position : position | HAS_REVISION);
    if (revision != 0) {
      out.putLong(revision);
    }
    tally.write(out);
    times.write(out);
  }

  /** Takes in a frame of either kind. */
  void read(Bytes in) {
    long first = in.getLong();
    position = first & ~HAS_REVISION;
    revision = (first & HAS_REVISION) == 0 ? 0 : in.getLong();
    tally.read(in);
    times.read(in);
    while (in.hasRemaining()) {
      DeviceId id = new DeviceId(in.getText());
      devices.computeIfAbsent(id, key -> newState(key, "")).read(in, names);
    }
  }
}
