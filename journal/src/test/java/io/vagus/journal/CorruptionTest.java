package io.vagus.journal;

import static io.vagus.journal.Appends.append;
import static io.vagus.journal.Appends.readAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.journal.Appends.Read;
import io.vagus.kit.DataSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever bytes change: what is not in a damaged block is read, and nothing else ever is. */
final class CorruptionTest {
  private static final JournalConfig CONFIG = FileJournals.config(new DataSize(8 << 10));

  /** A block: the file, the bytes it takes, the offsets it holds. */
  private record Block(Path file, int from, int to, long firstOffset, long endOffset) {}

  @Property(tries = 60)
  void readsAllThatIsNotInADamagedBlock(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int flips, @ForAll boolean keepIndexes)
      throws IOException {
    Random random = new Random(seed);
    Path dir = Files.createTempDirectory("journal-property");
    Map<Long, String> written = write(dir, random);
    List<Block> blocks = blocks(dir, written.size());
    TreeSet<Long> damaged = new TreeSet<>();
    for (int i = 0; i < flips; i++) {
      flip(blocks.get(random.nextInt(blocks.size())), random, damaged);
    }
    if (!keepIndexes) {
      for (Path path : list(dir)) {
        if (path.toString().endsWith(".index")) {
          Files.delete(path);
        }
      }
    }
    try (FileJournal journal = FileJournals.open(dir, CONFIG)) {
      TreeSet<Long> missing = new TreeSet<>(written.keySet());
      long before = -1;
      for (Read read : readAll(journal, 0)) {
        assertThat(read.offset()).isGreaterThan(before);
        assertThat(read.text()).isEqualTo(written.get(read.offset()));
        missing.remove(read.offset());
        before = read.offset();
      }
      assertThat(damaged).containsAll(missing);
      long next = append(journal, 1, "next");
      assertThat(readAll(journal, next)).containsExactly(new Read(next, 1, "next"));
    }
    for (Path path : list(dir)) {
      Files.delete(path);
    }
    Files.delete(dir);
  }

  private static Map<Long, String> write(Path dir, Random random) {
    Map<Long, String> written = new HashMap<>();
    try (FileJournal journal = FileJournals.open(dir, CONFIG)) {
      for (int i = 0; i < 30; i++) {
        String[] texts = new String[1 + random.nextInt(5)];
        for (int t = 0; t < texts.length; t++) {
          texts[t] = i + "." + t + "x".repeat(random.nextInt(300));
        }
        long first = append(journal, i, texts);
        for (int t = 0; t < texts.length; t++) {
          written.put(first + t, texts[t]);
        }
      }
    }
    return written;
  }

  /** Walks the headers, which are whole here. */
  private static List<Block> blocks(Path dir, int records) throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (long base : Recovery.bases(dir)) {
      Path file = Segment.path(dir, base);
      byte[] bytes = Files.readAllBytes(file);
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int at = BlockCodec.SEGMENT_HEADER_BYTES;
      while (at + 32 <= bytes.length && in.getInt(at) == BlockCodec.MAGIC) {
        int to = at + BlockCodec.HEADER_BYTES + in.getInt(at + 8);
        long first = in.getLong(at + 16);
        blocks.add(new Block(file, at, to, first, first + in.getInt(at + 12)));
        at = to;
      }
    }
    assertThat(blocks.getLast().endOffset()).isEqualTo(records);
    return blocks;
  }

  private static void flip(Block block, Random random, TreeSet<Long> damaged) throws IOException {
    byte[] bytes = Files.readAllBytes(block.file());
    int at = block.from() + random.nextInt(block.to() - block.from());
    bytes[at] = (byte) (bytes[at] ^ (1 + random.nextInt(255)));
    Files.write(block.file(), bytes);
    for (long offset = block.firstOffset(); offset < block.endOffset(); offset++) {
      damaged.add(offset);
    }
  }

  private static List<Path> list(Path dir) throws IOException {
    try (Stream<Path> paths = Files.list(dir)) {
      return paths.toList();
    }
  }
}
