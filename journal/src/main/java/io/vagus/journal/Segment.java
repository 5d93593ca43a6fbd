package io.vagus.journal;

import java.nio.file.Path;
import java.util.Locale;

/**
 * One file of the log: the offsets from its base up to the next segment's. Read by any thread; its
 * end is moved by the writer only.
 */
final class Segment {

  /** Where the durable part ends: the place in the file, and the offset after its last record. */
  record End(long position, long offset) {}

  private final long base;
  private final Path path;
  private final SegmentIndex index;
  private volatile End end;
  private volatile long sizeBytes;

  Segment(long base, Path path, SegmentIndex index, End end, long sizeBytes) {
    this.base = base;
    this.path = path;
    this.index = index;
    this.end = end;
    this.sizeBytes = sizeBytes;
  }

  static Path path(Path dir, long base) {
    return dir.resolve(String.format(Locale.ROOT, "%020d.log", base));
  }

  static Path indexPath(Path dir, long base) {
    return dir.resolve(String.format(Locale.ROOT, "%020d.index", base));
  }

  long base() {
    return base;
  }

  Path path() {
    return path;
  }

  SegmentIndex index() {
    return index;
  }

  End end() {
    return end;
  }

  void end(End durable) {
    end = durable;
  }

  /** Of the file, the part not yet used included. */
  long sizeBytes() {
    return sizeBytes;
  }

  void sizeBytes(long bytes) {
    sizeBytes = bytes;
  }

  @Override
  public String toString() {
    return String.valueOf(path.getFileName());
  }
}
