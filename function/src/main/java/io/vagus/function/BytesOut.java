package io.vagus.function;

import java.io.ByteArrayOutputStream;

/** Writes WebAssembly's binary format (WebAssembly 2.0 §5). Not thread-safe. */
final class BytesOut {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  BytesOut ops(int... opcodes) {
    for (int opcode : opcodes) {
      bytes.write(opcode);
    }
    return this;
  }

  BytesOut u32(int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      bytes.write(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    bytes.write(rest);
    return this;
  }

  BytesOut signed(long value) {
    long rest = value;
    while (rest < -64 || rest > 63) {
      bytes.write((int) (rest & 0x7F | 0x80));
      rest >>= 7;
    }
    bytes.write((int) (rest & 0x7F));
    return this;
  }

  BytesOut copy(byte[] from, int start, int end) {
    bytes.write(from, start, end - start);
    return this;
  }

  /** With its length before it. */
  BytesOut sized(byte[] content) {
    return u32(content.length).copy(content, 0, content.length);
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
