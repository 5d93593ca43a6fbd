package io.vagus.journal;

import static io.vagus.journal.Appends.append;
import static io.vagus.journal.Appends.readAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.journal.Appends.Read;
import io.vagus.kit.DataSize;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a start finds: files that end too early, or hold what was never written there. */
@Timeout(60)
final class RecoveryTest {
  private static final JournalConfig CONFIG = FileJournals.config(new DataSize(4 << 10));

  @TempDir Path dir;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private FileJournal open() {
    return FileJournal.open(dir, CONFIG, WallClock.system(), MonotonicClock.system(), meters);
  }

  @Test
  void goesOnWhereItWas() {
    for (int i = 0; i < 50; i++) {
      try (FileJournal journal = open()) {
        assertThat(append(journal, i, "r" + i, "x".repeat(300))).isEqualTo(2L * i);
        assertThat(readAll(journal, 0)).hasSize(2 * i + 2);
        assertThat(journal.offsetAt(i)).isEqualTo(OptionalLong.of(2L * i));
      }
    }
    try (FileJournal journal = open()) {
      assertThat(journal.health().segments()).isGreaterThan(3);
      assertThat(readAll(journal, 42).getFirst()).isEqualTo(new Read(42, 21, "r21"));
      assertThat(journal.offsetAt(21)).isEqualTo(OptionalLong.of(42));
    }
  }

  @Test
  void cutsATailTornAtAnyByte() throws IOException {
    int before = BlockCodec.SEGMENT_HEADER_BYTES + 2 * BlockCodec.HEADER_BYTES + 2 * 16 + 3;
    int end = before + 16 + 20;
    byte[] whole = writeTail();
    for (int cut = before; cut < end; cut++) {
      byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, cut), whole.length);
      if (Arrays.equals(torn, whole)) {
        continue;
      }
      checkTorn(torn, cut);
      // The file may have been shortened as well, or the bytes may be others.
      checkTorn(Arrays.copyOf(whole, cut), cut);
      Arrays.fill(torn, cut, whole.length, (byte) 0x5A);
      checkTorn(torn, cut);
    }
  }

  /** Two commits, the second of two records: what the only segment then holds. */
  private byte[] writeTail() throws IOException {
    try (FileJournal journal = open()) {
      append(journal, 1, "a");
      append(journal, 2, "bb", "the last of them all");
    }
    return Files.readAllBytes(Segment.path(dir, 0));
  }

  private void checkTorn(byte[] content, int cut) throws IOException {
    restore(content);
    try (FileJournal journal = open()) {
      assertThat(readAll(journal, 0))
          .as("cut at %d", cut)
          .containsExactly(new Read(0, 1, "a"), new Read(1, 2, "bb"));
      assertThat(journal.health().corrupt()).isEmpty();
      assertThat(append(journal, 3, "next")).isEqualTo(2);
    }
    try (FileJournal journal = open()) {
      assertThat(readAll(journal, 0)).extracting(Read::text).containsExactly("a", "bb", "next");
    }
  }

  private void restore(byte[] onlySegment) throws IOException {
    try (Stream<Path> paths = Files.list(dir)) {
      for (Path path : paths.toList()) {
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(".index") || name.endsWith(".log")) {
          Files.delete(path);
        }
      }
    }
    Files.write(Segment.path(dir, 0), onlySegment);
  }

  @Test
  void countsATornTailAndLeavesNothingOfIt() throws IOException {
    byte[] whole = writeTail();
    whole[BlockCodec.SEGMENT_HEADER_BYTES + 32 + 17 + 32 + 16] ^= 1;
    restore(whole);
    try (FileJournal journal = open()) {
      assertThat(readAll(journal, 0)).extracting(Read::text).containsExactly("a");
    }
    assertThat(meters.get("vagus.journal.torn.tails").counter().count()).isEqualTo(1);
    byte[] after = Files.readAllBytes(Segment.path(dir, 0));
    int end = BlockCodec.SEGMENT_HEADER_BYTES + 32 + 17;
    assertThat(Arrays.copyOfRange(after, end, after.length)).containsOnly(0);
  }

  @Test
  void keepsOffsetsAfterACorruptMiddleAndReportsIt() throws IOException {
    try (FileJournal journal = open()) {
      append(journal, 1, "a");
      append(journal, 2, "b", "c");
      append(journal, 3, "d");
    }
    Path path = Segment.path(dir, 0);
    byte[] bytes = Files.readAllBytes(path);
    bytes[BlockCodec.SEGMENT_HEADER_BYTES + 32 + 17 + 5] ^= 1;
    restore(bytes);
    try (FileJournal journal = open()) {
      assertThat(readAll(journal, 0)).containsExactly(new Read(0, 1, "a"), new Read(3, 3, "d"));
      assertThat(journal.health().corrupt())
          .singleElement()
          .asString()
          .contains(path.getFileName().toString())
          .contains("offsets 1 to 2");
      assertThat(append(journal, 4, "e")).isEqualTo(4);
      assertThat(journal.offsetAt(2)).isEqualTo(OptionalLong.of(3));
    }
    assertThat(meters.get("vagus.journal.corrupt.blocks").counter().count()).isEqualTo(1);
  }

  @Test
  void readsASegmentWhoseHeaderIsDamagedAndReportsIt() throws IOException {
    byte[] whole = writeTail();
    Arrays.fill(whole, 0, BlockCodec.SEGMENT_HEADER_BYTES, (byte) 0);
    restore(whole);
    try (FileJournal journal = open()) {
      assertThat(readAll(journal, 0)).hasSize(3);
      assertThat(journal.health().corrupt()).hasSize(1);
    }
  }

  @Test
  void findsItsIdInTheSegmentsWhenTheLockFileIsLost() throws IOException {
    writeTail();
    Files.delete(dir.resolve("lock"));
    try (FileJournal journal = open()) {
      assertThat(readAll(journal, 0)).hasSize(3);
    }
  }

  @Test
  void doesNotTakeBlocksOfAnotherPlaceForItsOwn() throws IOException {
    byte[] whole = writeTail();
    int first = BlockCodec.SEGMENT_HEADER_BYTES;
    int end = first + 32 + 17 + 32 + 18 + 36;
    // Stale bytes: the very blocks again, where the next one would be.
    System.arraycopy(whole, first, whole, end, end - first);
    restore(whole);
    try (FileJournal journal = open()) {
      assertThat(journal.endOffset()).isEqualTo(3);
      assertThat(readAll(journal, 0)).hasSize(3);
    }
  }

  @Test
  void doesNotTakeAPayloadForABlock() throws IOException {
    byte[] whole = writeTail();
    byte[] block = Arrays.copyOfRange(whole, BlockCodec.SEGMENT_HEADER_BYTES, 64 + 49);
    try (FileJournal journal = open()) {
      RecordBatch batch = new RecordBatch(256);
      batch.add(3, block, 0, block.length);
      Appends.Outcome outcome = new Appends.Outcome();
      journal.append(batch, outcome);
      assertThat(outcome.get()).isEqualTo(3);
      append(journal, 4, "after");
    }
    byte[] bytes = Files.readAllBytes(Segment.path(dir, 0));
    bytes[64 + 49 + 32 + 54 + 4] ^= 1;
    restore(bytes);
    try (FileJournal journal = open()) {
      assertThat(readAll(journal, 0)).extracting(Read::offset).containsExactly(0L, 1L, 2L, 4L);
    }
  }

  @Test
  void readsOnWhenIndexesAreLostOrOldOrDamaged() throws IOException {
    try (FileJournal journal = open()) {
      for (int i = 0; i < 40; i++) {
        append(journal, i, "x".repeat(500));
      }
    }
    List<Path> indexes;
    try (Stream<Path> paths = Files.list(dir)) {
      indexes = paths.filter(path -> path.toString().endsWith(".index")).sorted().toList();
    }
    assertThat(indexes).hasSizeGreaterThan(3);
    Files.delete(indexes.get(0));
    byte[] damaged = Files.readAllBytes(indexes.get(1));
    damaged[30] ^= 1;
    Files.write(indexes.get(1), damaged);
    Files.write(indexes.get(2), new byte[3]);
    try (FileJournal journal = open()) {
      assertThat(readAll(journal, 0)).hasSize(40);
      assertThat(journal.health().corrupt()).isEmpty();
    }
  }

  @Test
  void reportsALostSegmentAndReadsOn() throws IOException {
    try (FileJournal journal = open()) {
      for (int i = 0; i < 40; i++) {
        append(journal, i, "x".repeat(500));
      }
    }
    List<Long> bases = Recovery.bases(dir);
    Files.delete(Segment.path(dir, bases.get(1)));
    try (FileJournal journal = open()) {
      assertThat(readAll(journal, 0))
          .hasSize(40 - (int) (bases.get(2) - bases.get(1)))
          .last()
          .extracting(Read::offset)
          .isEqualTo(39L);
      assertThat(journal.health().corrupt()).hasSize(1);
      assertThat(journal.endOffset()).isEqualTo(40);
    }
  }

  @Test
  void givesNoOffsetTwiceWhenTheEndThatAConsumerReadIsLost() throws IOException {
    byte[] whole = writeTail();
    try (FileJournal journal = open()) {
      journal.release("process", 3);
    }
    Arrays.fill(whole, BlockCodec.SEGMENT_HEADER_BYTES + 32 + 17, whole.length, (byte) 0);
    restore(whole);
    try (FileJournal journal = open()) {
      assertThat(journal.endOffset()).isEqualTo(3);
      assertThat(journal.health().corrupt()).hasSize(1);
      assertThat(append(journal, 5, "next")).isEqualTo(3);
      assertThat(readAll(journal, 0)).extracting(Read::offset).containsExactly(0L, 3L);
    }
  }
}
