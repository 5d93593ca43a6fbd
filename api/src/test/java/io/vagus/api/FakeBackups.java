package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** Archives of a few bytes, and how many of them are open. */
final class FakeBackups implements Backups {
  static final byte[] ARCHIVE = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0};

  final AtomicInteger open = new AtomicInteger();
  volatile boolean breaks;

  @Override
  public Backup take() {
    if (open.get() > 0) {
      throw new VagusException(ErrorCode.BUSY, "backup: one is being made");
    }
    open.incrementAndGet();
    return new Backup() {
      @Override
      public long sizeBytes() {
        return 17;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(ARCHIVE);
        if (breaks) {
          throw new VagusException(ErrorCode.IO_FAILED, "the disk is gone");
        }
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    };
  }
}
