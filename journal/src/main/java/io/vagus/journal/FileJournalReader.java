package io.vagus.journal;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the segments through the page cache, no further than what is durable. */
final class FileJournalReader implements JournalReader {
  private final Segments segments;
  private final Commits commits;
  private final Damages damages;
  private final SegmentCursor cursor;
  private @Nullable Segment segment;
  private long position;

  FileJournalReader(
      Segments segments, Commits commits, Damages damages, long journalId, long position) {
    this.segments = segments;
    this.commits = commits;
    this.damages = damages;
    this.cursor = new SegmentCursor(journalId);
    this.position = position;
  }

  @Override
  public int poll(int maxRecords, Duration wait, Visitor visitor) throws InterruptedException {
    try {
      long left = wait.toNanos();
      int n = read(maxRecords, visitor);
      while (n == 0 && left > 0 && maxRecords > 0) {
        left = commits.await(position, left);
        n = read(maxRecords, visitor);
      }
      return n;
    } catch (ClosedByInterruptException e) {
      // The channel is gone, the reader is not: the next poll opens it again.
      forgetSegment();
      Thread.interrupted();
      throw (InterruptedException) new InterruptedException("reading the journal").initCause(e);
    } catch (IOException e) {
      forgetSegment();
      throw new VagusException(ErrorCode.IO_FAILED, "reading the journal at " + position, e);
    }
  }

  private int read(int maxRecords, Visitor visitor) throws IOException {
    int n = 0;
    while (n < maxRecords && advance()) {
      passRecord();
      cursor.visit(visitor);
      n++;
    }
    return n;
  }

  /** Moves to the record at the position, or the first that can be read after it. */
  boolean advance() throws IOException {
    while (true) {
      while (cursor.nextRecord()) {
        if (cursor.recordOffset() >= position) {
          return true;
        }
      }
      BlockCodec.Header block = cursor.block();
      if (block != null) {
        damaged(cursor.position(), cursor.offset(), block.endOffset());
        cursor.skipBlock();
      }
      if (position >= commits.endOffset() || !enterBlock()) {
        return false;
      }
    }
  }

  /** Done with the record that {@link #advance} found. */
  void passRecord() {
    position = cursor.recordOffset() + 1;
  }

  long recordTimeMicros() {
    return cursor.recordTimeMicros();
  }

  long recordOffset() {
    return cursor.recordOffset();
  }

  /** Enters the next block, of the next segment if need be; false when nothing more is durable. */
  private boolean enterBlock() throws IOException {
    Segment holder = holder();
    if (holder == null) {
      return false;
    }
    Segment.End end = holder.end();
    if (position >= end.offset()) {
      return false;
    }
    long expectedPosition = cursor.position();
    long expectedOffset = cursor.offset();
    BlockCodec.Header block = cursor.nextBlock(end);
    if (block == null) {
      damaged(expectedPosition, expectedOffset, end.offset());
      cursor.seek(end.position(), end.offset());
    } else {
      if (block.position() != expectedPosition || block.firstOffset() != expectedOffset) {
        damaged(expectedPosition, expectedOffset, block.firstOffset());
      }
      if (block.endOffset() <= position) {
        cursor.skipBlock();
      }
    }
    return true;
  }

  /** The open segment if it is the position's, otherwise that one, opened. */
  private @Nullable Segment holder() throws IOException {
    while (true) {
      Segment holder = segments.find(position);
      if (holder == segment || holder == null) {
        return holder;
      }
      position = Math.max(position, holder.base());
      SegmentIndex.Entry near = holder.index().atOffset(position, holder.base());
      try {
        cursor.open(holder, near.position(), near.offset());
        segment = holder;
        return holder;
      } catch (NoSuchFileException e) {
        // Retention was quicker: the next round finds a younger one, unless the file was lost.
        if (segments.all().contains(holder)) {
          throw e;
        }
      }
    }
  }

  private void damaged(long at, long fromOffset, long toOffset) {
    Segment open = segment;
    if (open != null && segments.all().contains(open)) {
      damages.found(open, at, fromOffset, toOffset);
    }
    position = Math.max(position, toOffset);
  }

  private void forgetSegment() {
    segment = null;
    close();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void close() {
    try {
      cursor.close();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "closing a reader of the journal", e);
    }
  }
}
