package io.vagus.journal;

import static io.vagus.journal.Appends.LONG;
import static io.vagus.journal.Appends.append;
import static io.vagus.journal.Appends.poll;
import static io.vagus.journal.Appends.readAll;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.journal.Appends.Read;
import io.vagus.kit.DataSize;
import io.vagus.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Old segments go, but never before their readers are done. */
@Timeout(60)
final class RetentionTest {
  private static final String TEXT = "x".repeat(1000);

  @TempDir Path dir;
  private final ManualClock clock = new ManualClock(1_700_000_000_000_000L);

  private FileJournal open(Duration age, DataSize size) {
    JournalConfig standard = JournalConfig.defaults();
    JournalConfig config =
        new JournalConfig(
            Duration.ZERO,
            standard.maxBytes(),
            JournalConfig.Fsync.ON,
            new DataSize(4 << 10),
            age,
            size,
            standard.queueBytes(),
            standard.maxBacklog());
    return FileJournal.open(dir, config, clock, clock, new SimpleMeterRegistry());
  }

  private void fill(Journal journal, int records) {
    for (int i = 0; i < records; i++) {
      append(journal, clock.micros(), TEXT);
    }
  }

  @Test
  void removesTheOldestSegmentsAboveTheSize() {
    try (FileJournal journal = open(Duration.ofDays(1), new DataSize(20 << 10))) {
      fill(journal, 100);
      eventually(LONG, "it shrinks", () -> journal.health().sizeBytes() <= 20 << 10);
      assertThat(journal.startOffset()).isBetween(80L, 99L);
      List<Read> all = readAll(journal, 0);
      assertThat(all.getFirst().offset()).isEqualTo(journal.startOffset());
      assertThat(all.getLast().offset()).isEqualTo(99);
      assertThat(Files.exists(Segment.path(dir, 0))).isFalse();
    }
  }

  @Test
  void removesWhatIsOlderThanTheAge() {
    try (FileJournal journal = open(Duration.ofHours(1), DataSize.ofMebibytes(1))) {
      fill(journal, 20);
      clock.advance(Duration.ofHours(2));
      fill(journal, 4);
      eventually(LONG, "the old ones go", () -> journal.startOffset() >= 17);
      assertThat(journal.startOffset()).isLessThanOrEqualTo(20);
      assertThat(journal.endOffset()).isEqualTo(24);
    }
  }

  @Test
  void neverRemovesTheSegmentInUse() {
    try (FileJournal journal = open(Duration.ofHours(1), new DataSize(1))) {
      fill(journal, 10);
      clock.advance(Duration.ofHours(2));
      eventually(LONG, "one is left", () -> journal.health().segments() == 1);
      assertThat(readAll(journal, 0)).isNotEmpty();
    }
  }

  @Test
  void holdsWhatAConsumerHasNotReleasedOverARestart() {
    try (FileJournal journal = open(Duration.ofDays(1), new DataSize(8 << 10))) {
      journal.release("slow", 0);
      journal.release("quick", 0);
      fill(journal, 50);
      journal.release("quick", 50);
    }
    try (FileJournal journal = open(Duration.ofDays(1), new DataSize(8 << 10))) {
      fill(journal, 50);
      assertThat(readAll(journal, 0)).hasSize(100);
      journal.release("slow", 30);
      eventually(LONG, "what both released goes", () -> journal.startOffset() > 20);
      assertThat(journal.startOffset()).isLessThanOrEqualTo(30);
      journal.release("slow", 10);
      journal.release("slow", 100);
      eventually(LONG, "quick holds the rest", () -> journal.startOffset() > 40);
      assertThat(journal.startOffset()).isLessThanOrEqualTo(50);
    }
  }

  @Test
  void letsAReaderOfARemovedSegmentJumpToTheStart() {
    try (FileJournal journal = open(Duration.ofDays(1), new DataSize(8 << 10))) {
      journal.release("holder", 0);
      fill(journal, 50);
      List<Read> got = new ArrayList<>();
      try (JournalReader reader = journal.reader(0)) {
        assertThat(poll(reader, 1, Duration.ZERO, got)).isEqualTo(1);
        journal.release("holder", 50);
        eventually(LONG, "segments go", () -> journal.startOffset() > 30);
        while (poll(reader, 10, Duration.ZERO, got) > 0) {}
      }
      assertThat(got.getLast().offset()).isEqualTo(49);
      assertThat(got).hasSizeLessThan(50);
      assertThat(journal.health().corrupt()).isEmpty();
    }
  }
}
