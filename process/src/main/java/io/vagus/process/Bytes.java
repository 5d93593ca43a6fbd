package io.vagus.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A little-endian buffer that grows as it is written. Not thread-safe. */
final class Bytes {
  private ByteBuffer buffer;

  private Bytes(ByteBuffer buffer) {
    this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
  }

  static Bytes ofCapacity(int bytes) {
    return new Bytes(ByteBuffer.allocate(bytes));
  }

  static Bytes wrap(byte[] array, int from, int length) {
    return new Bytes(ByteBuffer.wrap(array, from, length).slice());
  }

  Bytes putByte(int b) {
    room(1).put((byte) b);
    return this;
  }

  Bytes putInt(int i) {
    room(4).putInt(i);
    return this;
  }

  Bytes putLong(long l) {
    room(8).putLong(l);
    return this;
  }

  Bytes putDouble(double d) {
    room(8).putDouble(d);
    return this;
  }

  Bytes putText(String s) {
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    putInt(utf8.length);
    room(utf8.length).put(utf8);
    return this;
  }

  Bytes putBytes(byte[] array, int from, int length) {
    room(length).put(array, from, length);
    return this;
  }

  byte getByte() {
    return buffer.get();
  }

  int getInt() {
    return buffer.getInt();
  }

  long getLong() {
    return buffer.getLong();
  }

  double getDouble() {
    return buffer.getDouble();
  }

  String getText() {
    byte[] utf8 = getBytes(getInt());
    return new String(utf8, StandardCharsets.UTF_8);
  }

  byte[] getBytes(int length) {
    if (length < 0 || length > buffer.remaining()) {
      throw new java.nio.BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  boolean hasRemaining() {
    return buffer.hasRemaining();
  }

  int remaining() {
    return buffer.remaining();
  }

  int capacity() {
    return buffer.capacity();
  }

  int position() {
    return buffer.position();
  }

  void rewind() {
    buffer.rewind();
  }

  void clear() {
    buffer.clear();
  }

  byte[] array() {
    return buffer.array();
  }

  /** A buffer for {@code length} more bytes, at the position they go to. */
  ByteBuffer room(int length) {
    if (buffer.remaining() < length) {
      int needed = Math.max(buffer.capacity() * 2, buffer.position() + length);
      ByteBuffer larger = ByteBuffer.allocate(needed).order(ByteOrder.LITTLE_ENDIAN);
      buffer = larger.put(buffer.flip());
    }
    return buffer;
  }
}
