package io.vagus.journal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes each commit as one block and syncs it. The journal's thread owns it.
 *
 * <p>After a write or a sync that failed, nobody knows what of the file reached the disk, and the
 * next sync may say all is well (the kernel forgets): the file is given up behind its last durable
 * block, and what was not acknowledged is written again to a new one. While that fails too, such as
 * on a full disk, the journal stands still and tries again each second.
 */
final class SegmentWriter implements CommitLoop.Sink {
  private static final Logger LOG = System.getLogger("io.vagus.journal");
  private static final long RETRY_NANOS = 1_000_000_000L;
  private static final int STAGING_BYTES = 1 << 20;

  private final SegmentStore store;
  private final Segments segments;
  private final Commits commits;
  private final CommitQueue queue;
  private final Backlog backlog;
  private final JournalMeters meters;
  private final boolean fsync;
  private final Runnable halfFull;
  private final BlockCodec codec;
  private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);

  private @Nullable Segment active;
  private @Nullable SegmentFile file;
  private volatile String stalled = "";

  /**
   * @param active the segment to go on with; null to begin a new one
   * @param halfFull told when the next segment's file should be prepared
   */
  SegmentWriter(
      SegmentStore store,
      Segments segments,
      @Nullable Segment active,
      Commits commits,
      CommitQueue queue,
      Backlog backlog,
      JournalMeters meters,
      boolean fsync,
      Runnable halfFull) {
    this.store = store;
    this.segments = segments;
    this.active = active;
    this.commits = commits;
    this.queue = queue;
    this.backlog = backlog;
    this.meters = meters;
    this.fsync = fsync;
    this.halfFull = halfFull;
    this.codec = new BlockCodec(store.journalId());
  }

  @Override
  public long nextOffset() {
    return commits.endOffset();
  }

  /** Why appending stands still; empty when it does not. */
  String stalled() {
    return stalled;
  }

  @Override
  public boolean commit(CommitLoop.Group group) {
    for (int failures = 0; ; failures++) {
      try {
        long began = meters.now();
        write(group);
        meters.committed(group.count(), group.frameBytes(), began);
        recovered();
        return true;
      } catch (IOException e) {
        giveUpFile();
        failed(e, failures);
        // The first time a new file may help at once.
        if (failures > 0 && !queue.pause(RETRY_NANOS)) {
          return false;
        }
      }
    }
  }

  private void failed(IOException e, int failures) {
    String why = String.valueOf(e.getMessage());
    boolean full = why.contains("No space left") || why.contains("quota");
    if (failures == 0) {
      LOG.log(Level.WARNING, "a commit failed in " + store.dir() + ", trying a new file", e);
      meters.commitFailed();
    } else {
      if (stalled.isEmpty()) {
        LOG.log(Level.ERROR, "the journal stands still, trying again each second: " + why);
      }
      stalled = (full ? "disk full: " : "cannot write: ") + why;
    }
  }

  private void recovered() {
    if (!stalled.isEmpty()) {
      stalled = "";
      LOG.log(Level.INFO, "the journal goes on: " + store.dir());
    }
  }

  private void write(CommitLoop.Group group) throws IOException {
    long needed = BlockCodec.HEADER_BYTES + (long) group.frameBytes();
    Segment segment = active;
    if (segment != null && segment.end().position() + needed > segment.sizeBytes()) {
      seal(segment);
      segment = null;
    }
    if (segment == null) {
      segment = store.create(nextOffset(), needed);
      segments.add(segment);
      active = segment;
    }
    SegmentFile out = file;
    if (out == null) {
      out = store.open(segment);
      file = out;
    }
    BlockCodec.Header header =
        new BlockCodec.Header(
            segment.end().position(),
            group.frameBytes(),
            group.count(),
            nextOffset(),
            group.maxTimeMicros());
    writeBlock(out, segment.base(), header, group);
    if (fsync) {
      out.force();
    }
    publish(segment, header);
  }

  private void writeBlock(
      SegmentFile out, long base, BlockCodec.Header header, CommitLoop.Group group)
      throws IOException {
    staging.clear().put(codec.encode(base, header));
    long at = header.position();
    for (CommitQueue.Entry entry : group.entries()) {
      int done = 0;
      while (done < entry.batch().sizeBytes()) {
        if (!staging.hasRemaining()) {
          at = flush(out, at);
        }
        int n = Math.min(staging.remaining(), entry.batch().sizeBytes() - done);
        staging.put(entry.batch().array(), done, n);
        done += n;
      }
    }
    flush(out, at);
  }

  private long flush(SegmentFile out, long at) throws IOException {
    int n = staging.flip().limit();
    out.write(staging, at);
    staging.clear();
    return at + n;
  }

  private void publish(Segment segment, BlockCodec.Header block) {
    segment.index().add(block);
    segment.end(new Segment.End(block.endPosition(), block.endOffset()));
    backlog.grew(block.endPosition() - block.position());
    commits.moveTo(block.endOffset());
    long half = segment.sizeBytes() / 2;
    if (block.position() < half && block.endPosition() >= half) {
      halfFull.run();
    }
  }

  /** The segment is full: frees what it did not use, and saves its index. */
  private void seal(Segment segment) {
    try {
      SegmentFile out = file == null ? store.open(segment) : file;
      out.truncate(segment.end().position());
      segment.sizeBytes(segment.end().position());
      segment.index().save(store.indexPath(segment), segment.base(), segment.end());
    } catch (IOException e) {
      // Neither is needed: a start without them reads the segment.
      LOG.log(Level.WARNING, "segment " + segment + " was not tidied", e);
    }
    closeFile();
    active = null;
  }

  private void giveUpFile() {
    Segment segment = active;
    if (segment == null) {
      return;
    }
    if (segment.end().offset() > segment.base()) {
      seal(segment);
      return;
    }
    closeFile();
    active = null;
    segments.remove(segment);
    try {
      store.delete(segment);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "segment " + segment + " was not removed", e);
    }
  }

  private void closeFile() {
    SegmentFile open = file;
    file = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a segment", e);
    }
  }

  @Override
  public void close() {
    Segment segment = active;
    if (segment != null) {
      try {
        segment.index().save(store.indexPath(segment), segment.base(), segment.end());
      } catch (IOException e) {
        LOG.log(Level.WARNING, "the index of segment " + segment + " was not saved", e);
      }
    }
    closeFile();
  }
}
