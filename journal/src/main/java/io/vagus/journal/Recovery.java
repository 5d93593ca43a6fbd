package io.vagus.journal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the segments at start, and where each ends. A segment holds the offsets from its base up to
 * the next one's: what a failed sync left behind that is not read. What no saved index covers is
 * read and checked:
 *
 * <ul>
 *   <li>a damaged place with a valid block after it, or in a segment that is not the last, is a
 *       corrupt middle: reported, left as it is, passed over by readers;
 *   <li>damage at the end of the last segment is a commit that was not finished: its whole records
 *       stay and are synced, the rest is overwritten with zeros.
 * </ul>
 */
final class Recovery {
  private static final Logger LOG = System.getLogger("io.vagus.journal");
  private static final Pattern NAME = Pattern.compile("(\\d{20})\\.log");
  private static final int CHUNK_BYTES = 256 << 10;
  private static final byte[] ZEROS = new byte[CHUNK_BYTES];

  private final Path dir;
  private final long journalId;
  private final SegmentFile.Opener files;
  private final Damages damages;
  private final JournalMeters meters;

  Recovery(
      Path dir, long journalId, SegmentFile.Opener files, Damages damages, JournalMeters meters) {
    this.dir = dir;
    this.journalId = journalId;
    this.files = files;
    this.damages = damages;
    this.meters = meters;
  }

  /** Base offsets of the segments there are, in order. */
  static List<Long> bases(Path dir) throws IOException {
    try (Stream<Path> paths = Files.list(dir)) {
      return paths
          .map(path -> NAME.matcher(String.valueOf(path.getFileName())))
          .filter(Matcher::matches)
          .map(matcher -> Long.parseLong(matcher.group(1)))
          .sorted()
          .toList();
    }
  }

  List<Segment> run() throws IOException {
    List<Long> bases = bases(dir);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < bases.size(); i++) {
      boolean last = i == bases.size() - 1;
      segments.add(recover(bases.get(i), last ? Long.MAX_VALUE : bases.get(i + 1), last));
    }
    return segments;
  }

  private Segment recover(long base, long nextBase, boolean last) throws IOException {
    Path path = Segment.path(dir, base);
    Path indexPath = Segment.indexPath(dir, base);
    long size = Files.size(path);
    SegmentIndex index = new SegmentIndex();
    Segment.End known = index.load(indexPath, base, size);
    Segment segment = new Segment(base, path, index, known, size);
    if (known.offset() == nextBase) {
      return segment;
    }
    checkHeader(segment);
    try (SegmentCursor cursor = new SegmentCursor(journalId)) {
      cursor.open(segment, known.position(), known.offset());
      // The file may end within a block: no limit, so that what there is of it is read.
      Torn torn = scan(segment, cursor, new Segment.End(Long.MAX_VALUE, nextBase));
      if (last) {
        cutTail(segment, torn);
        return segment;
      }
      if (torn != null) {
        report(segment, torn);
      }
    }
    if (segment.end().offset() < nextBase) {
      long end = segment.end().position();
      damages.found(segment, end, segment.end().offset(), nextBase);
      segment.end(new Segment.End(end, nextBase));
    }
    index.save(indexPath, base, segment.end());
    return segment;
  }

  /** A block whose header is valid and whose records are not all. */
  private record Torn(BlockCodec.Header block, long goodEndPosition, long goodEndOffset) {}

  /** Reads to the end; the last block when it is damaged. */
  private @Nullable Torn scan(Segment segment, SegmentCursor cursor, Segment.End limit)
      throws IOException {
    Torn torn = null;
    while (true) {
      long expectedPosition = cursor.position();
      long expectedOffset = cursor.offset();
      BlockCodec.Header block = cursor.nextBlock(limit);
      if (block == null) {
        return torn;
      }
      if (torn != null) {
        report(segment, torn);
        torn = null;
      }
      if (block.position() != expectedPosition || block.firstOffset() != expectedOffset) {
        damages.found(segment, expectedPosition, expectedOffset, block.firstOffset());
      }
      while (cursor.nextRecord()) {}
      if (cursor.block() != null) {
        torn = new Torn(block, cursor.position(), cursor.offset());
        cursor.skipBlock();
      }
      segment.index().add(block);
      segment.end(new Segment.End(block.endPosition(), block.endOffset()));
    }
  }

  private void report(Segment segment, Torn torn) {
    damages.found(segment, torn.goodEndPosition(), torn.goodEndOffset(), torn.block().endOffset());
  }

  private void cutTail(Segment segment, @Nullable Torn torn) throws IOException {
    long tornRecords = 0;
    try (SegmentFile file = files.open(segment.path())) {
      if (torn != null) {
        tornRecords = torn.block().endOffset() - torn.goodEndOffset();
        shorten(segment, file, torn);
      }
      boolean dirty = zeroTail(segment, file);
      // Readers may see it all now: what a killed process wrote and did not sync included.
      file.force();
      if (torn != null || dirty) {
        meters.tornTail();
        LOG.log(
            Level.WARNING,
            "unfinished commit removed from {0} at byte {1}, records never acknowledged: {2}",
            segment,
            segment.end().position(),
            tornRecords == 0 ? "unknown" : String.valueOf(tornRecords));
      }
    }
  }

  /** Keeps the whole records before the damage: the header then speaks of these only. */
  private void shorten(Segment segment, SegmentFile file, Torn torn) throws IOException {
    BlockCodec.Header block = torn.block();
    int count = (int) (torn.goodEndOffset() - block.firstOffset());
    if (count == 0) {
      segment.end(new Segment.End(block.position(), block.firstOffset()));
      return;
    }
    int length = (int) (torn.goodEndPosition() - block.position() - BlockCodec.HEADER_BYTES);
    BlockCodec.Header shorter =
        new BlockCodec.Header(
            block.position(), length, count, block.firstOffset(), block.maxTimeMicros());
    byte[] bytes = new BlockCodec(journalId).encode(segment.base(), shorter);
    file.write(ByteBuffer.wrap(bytes), block.position());
    segment.end(new Segment.End(shorter.endPosition(), shorter.endOffset()));
  }

  /** Overwrites what follows the end, where it is not zero; whether there was any. */
  private static boolean zeroTail(Segment segment, SegmentFile file) throws IOException {
    boolean dirty = false;
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    try (FileChannel in = FileChannel.open(segment.path(), StandardOpenOption.READ)) {
      long at = segment.end().position();
      int n;
      while ((n = in.read(chunk.clear(), at)) > 0) {
        if (Arrays.mismatch(chunk.array(), 0, n, ZEROS, 0, n) >= 0) {
          file.write(ByteBuffer.wrap(ZEROS, 0, n), at);
          dirty = true;
        }
        at += n;
      }
    }
    return dirty;
  }

  private void checkHeader(Segment segment) throws IOException {
    BlockCodec.SegmentHeader header = readHeader(segment.path());
    if (header == null || header.baseOffset() != segment.base()) {
      damages.found(segment, 0, segment.base(), segment.base());
    }
  }

  /** Null when it is damaged. */
  static BlockCodec.@Nullable SegmentHeader readHeader(Path path) throws IOException {
    ByteBuffer header =
        ByteBuffer.allocate(BlockCodec.SEGMENT_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
      while (header.hasRemaining() && in.read(header, header.position()) > 0) {}
    }
    return BlockCodec.SegmentHeader.decode(header.flip());
  }
}
