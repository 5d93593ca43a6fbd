package io.vagus.ingest.http;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * A request's body, gathered up to a bound of its own and, beyond its first kilobyte, within what
 * all bodies of the listener may take together. Not thread-safe; to be closed.
 */
final class Body implements AutoCloseable {

  /** What a body came to. */
  sealed interface Content {}

  record Whole(byte[] bytes) implements Content {}

  record TooLarge() implements Content {}

  record Malformed(String why) implements Content {}

  /** All bodies together are too much just now. */
  record Crowded() implements Content {}

  private static final int FIRST_BYTES = 1024;
  private final int maxBytes;
  private byte[] bytes;
  private int length;
  private final AtomicLong budgetBytes;
  private long takenBytes;
  private boolean tooLarge;
  private boolean crowded;

  /**
   * @param announced the Content-Length; -1 when it is not known
   * @param budgetBytes what all bodies may still take
   */
  Body(long announced, int maxBytes, AtomicLong budgetBytes) {
    this.maxBytes = maxBytes;
    this.budgetBytes = budgetBytes;
    // Not more than came: a header alone must not make the server set memory aside.
    this.bytes = new byte[(int) Math.min(announced < 0 ? 256 : announced, FIRST_BYTES)];
  }

  void add(ByteBuf part) {
    int more = part.readableBytes();
    if (tooLarge || more > maxBytes - length) {
      tooLarge = true;
      close();
    } else if (!crowded && reserve(more)) {
      part.getBytes(part.readerIndex(), bytes, length, more);
      length += more;
    }
  }

  private boolean reserve(int more) {
    if (more <= bytes.length - length) {
      return true;
    }
    int wanted = Math.max(length + more, Math.min(maxBytes, 2 * length));
    int growth = wanted - bytes.length;
    takenBytes += growth;
    if (budgetBytes.addAndGet(-growth) < 0) {
      crowded = true;
      close();
      return false;
    }
    bytes = Arrays.copyOf(bytes, wanted);
    return true;
  }

  /** Gives back what it took. */
  @Override
  public void close() {
    budgetBytes.addAndGet(takenBytes);
    takenBytes = 0;
    bytes = new byte[0];
    length = 0;
  }

  boolean isTooLarge() {
    return tooLarge;
  }

  Content content(boolean gzip) {
    if (tooLarge) {
      return new TooLarge();
    }
    if (crowded) {
      return new Crowded();
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
