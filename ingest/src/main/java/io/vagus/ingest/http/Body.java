package io.vagus.ingest.http;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** A request's body, gathered up to a bound. Not thread-safe. */
final class Body {

  /** What a body came to. */
  sealed interface Content {}

  record Whole(byte[] bytes) implements Content {}

  record TooLarge() implements Content {}

  record Malformed(String why) implements Content {}

  private static final int FIRST_BYTES = 1024;
  private final int maxBytes;
  private byte[] bytes;
  private int length;
  private boolean tooLarge;

  /**
   * @param announced the Content-Length; -1 when it is not known
   */
  Body(long announced, int maxBytes) {
    this.maxBytes = maxBytes;
    // Not more than came: a header alone must not make the server set memory aside.
    this.bytes = new byte[(int) Math.min(announced < 0 ? 256 : announced, FIRST_BYTES)];
  }

  void add(ByteBuf part) {
    int more = part.readableBytes();
    if (tooLarge || more > maxBytes - length) {
      tooLarge = true;
      bytes = new byte[0];
      length = 0;
      return;
    }
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, Math.min(maxBytes, 2 * length)));
    }
    part.getBytes(part.readerIndex(), bytes, length, more);
    length += more;
  }

  boolean isTooLarge() {
    return tooLarge;
  }

  Content content(boolean gzip) {
    if (tooLarge) {
      return new TooLarge();
    }
    if (gzip) {
      return inflate();
    }
    return new Whole(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
  }

  /** Stops at the bound, however much the compressed body would come to. */
  private Content inflate() {
    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(bytes, 0, length), FIRST_BYTES)) {
      byte[] inflated = in.readNBytes(maxBytes + 1);
      return inflated.length > maxBytes ? new TooLarge() : new Whole(inflated);
    } catch (IOException e) {
      return new Malformed("content-encoding: gzip, but the body is not: " + e.getMessage());
    }
  }
}
