package io.vagus.rule.engine;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The devices for which something is due some time, the earliest first: a binary heap that knows
 * where each device is in it. A device's place is for a time that may be too early, for what is due
 * mostly moves on with each message: it is put right when it comes to the top. One thread.
 */
final class Timers {
  /** Equal times go by id, so that the order is the same after each restart. */
  private static final Comparator<DeviceRules> ORDER =
      Comparator.<DeviceRules>comparingLong(device -> device.timerMicros)
          .thenComparing(device -> device.subject().device());

  private @Nullable DeviceRules[] heap = new DeviceRules[64];
  private int size;

  /** Takes note of when the device may be due now. */
  void update(DeviceRules device) {
    long due = device.notBeforeMicros();
    if (device.timer < 0) {
      if (due != WindowState.NEVER) {
        add(device, due);
      }
    } else if (due < device.timerMicros) {
      device.timerMicros = due;
      up(device.timer);
    }
  }

  private void add(DeviceRules device, long dueMicros) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    device.timerMicros = dueMicros;
    put(size++, device);
    up(device.timer);
  }

  /** The device whose time comes first; null: nobody waits. */
  @Nullable DeviceRules first() {
    while (size > 0) {
      DeviceRules top = at(0);
      long due = top.dueMicros();
      if (top.timerMicros == due) {
        return top;
      }
      if (due == WindowState.NEVER) {
        removeFirst();
      } else {
        top.timerMicros = due;
        down(0);
      }
    }
    return null;
  }

  /** Whether nobody's time has come: a look at the top. */
  boolean isQuiet(long nowMicros) {
    return size == 0 || at(0).timerMicros > nowMicros;
  }

  private void removeFirst() {
    at(0).timer = -1;
    DeviceRules last = at(--size);
    heap[size] = null;
    if (size > 0) {
      put(0, last);
      down(0);
    }
  }

  private DeviceRules at(int index) {
    DeviceRules device = heap[index];
    if (device == null) {
      throw new IllegalStateException("timers: none at " + index + " of " + size);
    }
    return device;
  }

  private void put(int index, DeviceRules device) {
    heap[index] = device;
    device.timer = index;
  }

  private void up(int from) {
    int index = from;
    DeviceRules device = at(index);
    while (index > 0) {
      int parent = (index - 1) >>> 1;
      DeviceRules above = at(parent);
      if (ORDER.compare(above, device) <= 0) {
        break;
      }
      put(index, above);
      index = parent;
    }
    put(index, device);
  }

  private void down(int from) {
    int index = from;
    DeviceRules device = at(index);
    while (2 * index + 1 < size) {
      int child = 2 * index + 1;
      if (child + 1 < size && ORDER.compare(at(child + 1), at(child)) < 0) {
        child++;
      }
      DeviceRules below = at(child);
      if (ORDER.compare(device, below) <= 0) {
        break;
      }
      put(index, below);
      index = child;
    }
    put(index, device);
  }
}
