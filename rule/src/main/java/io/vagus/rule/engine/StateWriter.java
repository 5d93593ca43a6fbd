package io.vagus.rule.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow as they are written. Not thread-safe. */
final class StateWriter {
  private ByteBuffer buffer = ByteBuffer.allocate(256);

  StateWriter putByte(int value) {
    room(1).put((byte) value);
    return this;
  }

  StateWriter putInt(int value) {
    room(4).putInt(value);
    return this;
  }

  StateWriter putLong(long value) {
    room(8).putLong(value);
    return this;
  }

  StateWriter putDouble(double value) {
    room(8).putDouble(value);
    return this;
  }

  StateWriter putText(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putInt(utf8.length);
    room(utf8.length).put(utf8);
    return this;
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int larger = Math.max(2 * buffer.capacity(), buffer.position() + bytes);
      buffer = ByteBuffer.allocate(larger).put(buffer.flip());
    }
    return buffer;
  }

  byte[] bytes() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
