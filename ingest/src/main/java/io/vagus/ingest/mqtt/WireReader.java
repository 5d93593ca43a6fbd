package io.vagus.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads MQTT's data representations (MQTT 5.0 §1.5) out of one packet. The first fault sticks and
 * ends the packet, so that callers check once at the end. Confined to an event loop.
 */
final class WireReader {
  private final ByteBuf buffer;
  private int position;
  private int end;
  private @Nullable ReasonCode fault;

  WireReader(ByteBuf buffer, int from, int length) {
    this.buffer = buffer;
    this.position = from;
    this.end = from + length;
  }

  @Nullable ReasonCode fault() {
    return fault;
  }

  void fail(ReasonCode reason) {
    if (fault == null) {
      fault = reason;
      position = end;
    }
  }

  void require(boolean holds, ReasonCode otherwise) {
    if (!holds) {
      fail(otherwise);
    }
  }

  int remaining() {
    return end - position;
  }

  int position() {
    return position;
  }

  private boolean has(int bytes) {
    if (fault == null && end - position >= bytes) {
      return true;
    }
    fail(ReasonCode.MALFORMED_PACKET);
    return false;
  }

  int u8() {
    return has(1) ? buffer.getUnsignedByte(position++) : 0;
  }

  int u16() {
    if (!has(2)) {
      return 0;
    }
    position += 2;
    return buffer.getUnsignedShort(position - 2);
  }

  long u32() {
    if (!has(4)) {
      return 0;
    }
    position += 4;
    return buffer.getUnsignedInt(position - 4);
  }

  /** A variable byte integer in its shortest form [MQTT-1.5.5-1]. */
  int varint() {
    int value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      int b = u8();
      value |= (b & 0x7F) << shift;
      if ((b & 0x80) == 0) {
        require(b != 0 || shift == 0, ReasonCode.MALFORMED_PACKET);
        return value;
      }
    }
    fail(ReasonCode.MALFORMED_PACKET);
    return 0;
  }

  void skip(int bytes) {
    if (has(bytes)) {
      position += bytes;
    }
  }

  void binary() {
    skip(u16());
  }

  /** A UTF-8 string [MQTT-1.5.4-1, -2]; its length in bytes. */
  int utf8() {
    int length = u16();
    if (!has(length)) {
      return 0;
    }
    require(Utf8.isValid(buffer, position, length), ReasonCode.MALFORMED_PACKET);
    position = Math.min(end, position + length);
    return length;
  }

  /**
   * A UTF-8 string that names something, and therefore shows up in logs and lists: without control
   * characters, as §1.5.4 lets a server demand. Its length in bytes.
   */
  int name() {
    int length = utf8();
    boolean plain = fault != null || !Utf8.hasControl(buffer, position - length, length);
    require(plain, ReasonCode.MALFORMED_PACKET);
    return length;
  }

  /** A UTF-8 string, as text. */
  String text() {
    return last(utf8());
  }

  /** The last {@code length} bytes as text. */
  String last(int length) {
    return fault != null ? "" : buffer.toString(position - length, length, StandardCharsets.UTF_8);
  }

  /** Whether the last {@code length} bytes hold one of the topic wildcards. */
  boolean wildcardIn(int length) {
    for (int i = position - length; i < position; i++) {
      byte b = buffer.getByte(i);
      if (b == '#' || b == '+') {
        return true;
      }
    }
    return false;
  }
}
