package io.vagus.device.est;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** As much of the distinguished encoding rules (X.690) as a certification request needs. Pure. */
final class Der {
  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return value(0x30, joined(parts));
  }

  static byte[] set(byte[]... parts) {
    return value(0x31, joined(parts));
  }

  /** The number zero. */
  static byte[] zero() {
    return value(0x02, new byte[] {0});
  }

  static byte[] text(String text) {
    return value(0x0C, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param hex the identifier's content octets, as they are encoded
   */
  static byte[] identifier(String hex) {
    return value(0x06, HexFormat.of().parseHex(hex));
  }

  static byte[] bits(byte[] bytes) {
    return value(0x03, joined(new byte[] {0}, bytes)); // no bit of the last byte is unused
  }

  /** An empty set under the context's tag 0. */
  static byte[] noAttributes() {
    return value(0xA0, new byte[0]);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] value(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 4);
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length <= 0xFF) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
