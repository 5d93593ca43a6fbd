package io.vagus.series.questdb;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Readings from their append to their commit, as columns: as objects they would live just long
 * enough to leave the young generation (docs/decisions/0060). Confined to the thread that commits.
 */
final class PendingReadings {
  private static final int FIRST_ROOM = 1024;

  /** What a backlog made larger is given back. */
  private static final int KEPT_ROOM = 1 << 18;

  private int count;
  private DeviceId[] devices = new DeviceId[FIRST_ROOM];
  private String[] metrics = new String[FIRST_ROOM];
  private long[] times = new long[FIRST_ROOM];
  private double[] numbers = new double[FIRST_ROOM];
  private int[] metas = new int[FIRST_ROOM];

  /** Those whose row does not hold all, see {@link RawRow}. */
  private @Nullable Reading[] details = new Reading[FIRST_ROOM];

  void add(Reading reading) {
    if (count == times.length) {
      resize(2 * count);
    }
    int meta = RawRow.meta(reading);
    devices[count] = reading.device();
    metrics[count] = reading.metric();
    times[count] = reading.timeMicros();
    numbers[count] = reading.number();
    metas[count] = meta;
    details[count] = meta == RawRow.DETAIL ? reading : null;
    count++;
  }

  private void resize(int room) {
    devices = Arrays.copyOf(devices, room);
    metrics = Arrays.copyOf(metrics, room);
    times = Arrays.copyOf(times, room);
    numbers = Arrays.copyOf(numbers, room);
    metas = Arrays.copyOf(metas, room);
    details = Arrays.copyOf(details, room);
  }

  int count() {
    return count;
  }

  /** Gives each series its number, those that are new too. */
  Batch batch(Dictionary dictionary) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = dictionary.idOf(devices[i], metrics[i]);
    }
    return new Batch(ids, TimeOrder.of(times, count));
  }

  void clear() {
    Arrays.fill(details, 0, count, null);
    count = 0;
    if (times.length > KEPT_ROOM) {
      resize(KEPT_ROOM);
    }
  }

  /** All of them with their series, oldest first. Valid until the next {@link #add}. */
  final class Batch {
    private final int[] ids;
    private final int[] order;

    private Batch(int[] ids, int[] order) {
      this.ids = ids;
      this.order = order;
    }

    int count() {
      return order.length;
    }

    int id(int row) {
      return ids[order[row]];
    }

    long timeMicros(int row) {
      return times[order[row]];
    }

    double number(int row) {
      return numbers[order[row]];
    }

    int meta(int row) {
      return metas[order[row]];
    }

    /** All of the reading; null when its row holds it. */
    @Nullable Reading detail(int row) {
      return details[order[row]];
    }
  }
}
