package io.vagus.process;

import io.vagus.ledger.Gap;
import io.vagus.model.DeviceId;
import io.vagus.wire.Sample;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Missing sequence numbers and silences of one device, opened when a later reading shows them,
 * shrunk or closed when late data fills them. Times are corrected ones. Not thread-safe.
 */
final class Gaps {
  /** More open gaps of one device than this: the oldest are forgotten. */
  static final int MAX_OPEN = 32;

  /**
   * @param first first missing sequence number; 1 for a silence
   * @param last last missing sequence number; how many are missing for a silence
   */
  private record Open(Gap.Kind kind, long fromMicros, long toMicros, long first, long last) {
    boolean holds(Gap.Kind kind, long first, long last) {
      return this.kind == kind && this.first <= first && last <= this.last;
    }
  }

  private @Nullable List<Open> open;
  private long lastSequence = Sample.ABSENT;
  private long lastSequenceMicros;
  private long lastMicros = Sample.ABSENT;

  /** Time of the newest sample; {@link Sample#ABSENT} before the first. */
  long lastMicros() {
    return lastMicros;
  }

  void sequence(long sequence, long timeMicros) {
    if (lastSequence == Sample.ABSENT || sequence > lastSequence) {
      if (lastSequence != Sample.ABSENT && sequence > lastSequence + 1) {
        add(
            new Open(
                Gap.Kind.SEQUENCE, lastSequenceMicros, timeMicros, lastSequence + 1, sequence - 1));
      }
      advance(sequence, timeMicros);
    } else if (!fillSequence(sequence, timeMicros) && timeMicros > lastSequenceMicros) {
      advance(sequence, timeMicros); // the device started to count anew
    }
  }

  private void advance(long sequence, long timeMicros) {
    lastSequence = sequence;
    lastSequenceMicros = timeMicros;
  }

  private boolean fillSequence(long sequence, long timeMicros) {
    for (int i = 0; open != null && i < open.size(); i++) {
      Open gap = open.get(i);
      if (gap.holds(Gap.Kind.SEQUENCE, sequence, sequence)) {
        open.remove(i);
        if (gap.first < sequence) {
          add(new Open(gap.kind, gap.fromMicros, timeMicros, gap.first, sequence - 1));
        }
        if (sequence < gap.last) {
          add(new Open(gap.kind, timeMicros, gap.toMicros, sequence + 1, gap.last));
        }
        return true;
      }
    }
    return false;
  }

  /**
   * @param cadenceMicros of the product model; 0 without one
   */
  void reading(long timeMicros, long cadenceMicros) {
    if (lastMicros == Sample.ABSENT || timeMicros > lastMicros) {
      if (lastMicros != Sample.ABSENT) {
        addSilence(lastMicros, timeMicros, cadenceMicros);
      }
      lastMicros = timeMicros;
    } else {
      fillSilence(timeMicros, cadenceMicros);
    }
  }

  private void fillSilence(long timeMicros, long cadenceMicros) {
    for (int i = 0; open != null && i < open.size(); i++) {
      Open gap = open.get(i);
      if (gap.kind == Gap.Kind.CADENCE
          && gap.fromMicros < timeMicros
          && timeMicros < gap.toMicros) {
        open.remove(i);
        addSilence(gap.fromMicros, timeMicros, cadenceMicros);
        addSilence(timeMicros, gap.toMicros, cadenceMicros);
        return;
      }
    }
  }

  private void addSilence(long fromMicros, long toMicros, long cadenceMicros) {
    long missing = missing(toMicros - fromMicros, cadenceMicros);
    if (missing > 0) {
      add(new Open(Gap.Kind.CADENCE, fromMicros, toMicros, 1, missing));
    }
  }

  /** Readings that a silence should have held; up to half a cadence late is no silence. */
  static long missing(long silenceMicros, long cadenceMicros) {
    return cadenceMicros == 0 || silenceMicros <= cadenceMicros + cadenceMicros / 2
        ? 0
        : Math.max(1, (silenceMicros + cadenceMicros / 2) / cadenceMicros - 1);
  }

  private void add(Open gap) {
    open = open == null ? new ArrayList<>(2) : open;
    if (open.size() == MAX_OPEN) {
      open.removeFirst();
    }
    open.add(gap);
  }

  List<Gap> list(DeviceId device) {
    return open == null
        ? List.of()
        : open.stream()
            .map(g -> new Gap(device, g.kind, g.fromMicros, g.toMicros, g.last - g.first + 1))
            .toList();
  }

  void write(Bytes out) {
    out.putLong(lastSequence).putLong(lastSequenceMicros).putLong(lastMicros);
    List<Open> gaps = open == null ? List.of() : open;
    out.putInt(gaps.size());
    for (Open gap : gaps) {
      out.putByte(gap.kind.ordinal()).putLong(gap.fromMicros).putLong(gap.toMicros);
      out.putLong(gap.first).putLong(gap.last);
    }
  }

  void read(Bytes in) {
    lastSequence = in.getLong();
    lastSequenceMicros = in.getLong();
    lastMicros = in.getLong();
    int count = in.getInt();
    open = null;
    for (int i = 0; i < count; i++) {
      Gap.Kind kind = Gap.Kind.values()[in.getByte()];
      add(new Open(kind, in.getLong(), in.getLong(), in.getLong(), in.getLong()));
    }
  }
}
