package io.vagus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Real files on a disk that fails when told to. Thread-safe. */
final class FaultyFiles implements SegmentFile.Opener {
  /** How many more times each fails. */
  final AtomicInteger failingForces = new AtomicInteger();

  final AtomicInteger failingWrites = new AtomicInteger();

  /** Files whose sync failed once, and that were written or synced again after it. */
  final List<Path> trustedAgain = new ArrayList<>();

  volatile boolean full;

  @Override
  public SegmentFile open(Path path) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    return new Faulty(path, SegmentFile.open(path));
  }

  private final class Faulty implements SegmentFile {
    private final Path path;
    private final SegmentFile real;
    private boolean failed;

    Faulty(Path path, SegmentFile real) {
      this.path = path;
      this.real = real;
    }

    private void check(AtomicInteger failing, String message) throws IOException {
      if (failed) {
        trustedAgain.add(path);
      }
      if (String.valueOf(path.getFileName()).endsWith(".log")
          && failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        failed = true;
        throw new IOException(message);
      }
    }

    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      if (full) {
        throw new IOException("No space left on device");
      }
      check(failingWrites, "Input/output error");
      real.write(bytes, position);
    }

    @Override
    public void force() throws IOException {
      check(failingForces, "Input/output error");
      real.force();
    }

    @Override
    public void truncate(long size) throws IOException {
      real.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }
}
