package io.vagus.process;

import java.util.Arrays;

/**
 * The keys of a device's last messages and where the journal holds them: 13 bytes each, a ring that
 * grows with use. Not thread-safe.
 *
 * <p>Offsets are kept as their low 32 bits: the full one is the nearest below the current offset.
 */
final class DedupeWindow {
  private static final int INITIAL = 4;

  private final int maxSize;
  private long[] keys = new long[INITIAL];
  private int[] offsets = new int[INITIAL];
  private byte[] gateways = new byte[INITIAL];
  private int next;
  private int size;

  DedupeWindow(int maxSize) {
    this.maxSize = maxSize;
  }

  /** Index of the key among those of offsets at or above {@code minOffset}, or -1. */
  int find(long key, long minOffset, long nowOffset) {
    for (int i = 0; i < size; i++) {
      if (keys[i] == key && offsetAt(i, nowOffset) >= minOffset) {
        return i;
      }
    }
    return -1;
  }

  long offsetAt(int index, long nowOffset) {
    return nowOffset - ((nowOffset - offsets[index]) & 0xFFFF_FFFFL);
  }

  /** Short digest of the gateway a message came over; 0 without one. */
  byte gatewayAt(int index) {
    return gateways[index];
  }

  void remember(long key, long offset, byte gateway) {
    if (size == keys.length && size < maxSize) {
      grow();
    }
    keys[next] = key;
    offsets[next] = (int) offset;
    gateways[next] = gateway;
    size = Math.max(size, next + 1);
    next = next + 1 == maxSize ? 0 : next + 1;
  }

  /** While the array may still grow, {@code next} is the size: nothing wraps around. */
  private void grow() {
    int length = Math.min(maxSize, keys.length * 2);
    keys = Arrays.copyOf(keys, length);
    offsets = Arrays.copyOf(offsets, length);
    gateways = Arrays.copyOf(gateways, length);
  }

  int size() {
    return size;
  }

  /** The newest {@code count} entries, oldest first. */
  void writeNewest(int count, Bytes out) {
    for (int i = count; i > 0; i--) {
      int at = Math.floorMod(next - i, Math.max(size, 1));
      out.putLong(keys[at]).putInt(offsets[at]).putByte(gateways[at]);
    }
  }

  void read(int count, Bytes in) {
    for (int i = 0; i < count; i++) {
      remember(in.getLong(), in.getInt(), in.getByte());
    }
  }
}
