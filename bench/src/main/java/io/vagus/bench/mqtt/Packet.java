package io.vagus.bench.mqtt;

import java.util.Arrays;

/** Bytes of an MQTT packet, written once. */
public final class Packet {
  private final byte[] bytes;
  private int position;

  public Packet(int maxBytes) {
    bytes = new byte[maxBytes];
  }

  public Packet put(int b) {
    bytes[position++] = (byte) b;
    return this;
  }

  public Packet put(byte[] block) {
    System.arraycopy(block, 0, bytes, position, block.length);
    position += block.length;
    return this;
  }

  public Packet putShort(int value) {
    return put(value >> 8).put(value);
  }

  public Packet putInt(int value) {
    return putShort(value >> 16).putShort(value);
  }

  /** A string or binary with its length (MQTT 5.0 §1.5.4). */
  public Packet putBlock(byte[] block) {
    return putShort(block.length).put(block);
  }

  /** A variable byte integer (MQTT 5.0 §1.5.5). */
  public Packet putLength(int value) {
    int rest = value;
    while (rest >= 0x80) {
      put(rest & 0x7F | 0x80);
      rest >>= 7;
    }
    return put(rest);
  }

  public int position() {
    return position;
  }

  public byte[] bytes() {
    return Arrays.copyOf(bytes, position);
  }
}
