package io.vagus.rule.engine;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** What a {@link StateWriter} wrote. Not thread-safe. */
final class StateReader {
  private final ByteBuffer buffer;
  private final UnaryOperator<String> names;

  /**
   * @param names makes equal names of many devices one text
   */
  StateReader(byte[] bytes, UnaryOperator<String> names) {
    this.buffer = ByteBuffer.wrap(bytes);
    this.names = names;
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
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    String text = new String(buffer.array(), buffer.position(), length, StandardCharsets.UTF_8);
    buffer.position(buffer.position() + length);
    return names.apply(text);
  }
}
