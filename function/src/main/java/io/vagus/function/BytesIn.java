package io.vagus.function;

/** Reads WebAssembly's binary format (WebAssembly 2.0 §5). Not thread-safe. */
final class BytesIn {
  private final byte[] bytes;
  private final int end;
  private int at;

  BytesIn(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  int at() {
    return at;
  }

  boolean hasMore() {
    return at < end;
  }

  int u8() {
    if (at >= end) {
      throw new IllegalStateException("ends at " + end);
    }
    return bytes[at++] & 0xFF;
  }

  /** LEB128, of at most 32 bits. */
  int u32() {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = u8();
      value |= (long) (b & 0x7F) << shift;
      if ((b & 0x80) == 0) {
        if (value > Integer.MAX_VALUE) {
          break;
        }
        return (int) value;
      }
    }
    throw new IllegalStateException("number out of range before " + at);
  }

  /** Passes over a LEB128 of any width. */
  void skipNumber() {
    while ((u8() & 0x80) != 0) {}
  }

  void skip(int count) {
    if (count < 0 || count > end - at) {
      throw new IllegalStateException("ends at " + end);
    }
    at += count;
  }
}
