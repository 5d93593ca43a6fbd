package io.vagus.journal;

import static io.vagus.journal.Appends.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.DataSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is durable and waits for its consumer has a bound. */
@Timeout(60)
final class BacklogTest {
  private static final String TEXT = "x".repeat(100_000);

  @TempDir Path dir;

  private FileJournal open() {
    JournalConfig standard = JournalConfig.defaults();
    return FileJournals.open(
        dir,
        new JournalConfig(
            Duration.ZERO,
            standard.maxBytes(),
            JournalConfig.Fsync.ON,
            DataSize.ofMebibytes(4),
            standard.retainAge(),
            standard.retainSize(),
            standard.queueBytes(),
            DataSize.ofMebibytes(1)));
  }

  private static void fill(Journal journal, int records) {
    for (int i = 0; i < records; i++) {
      append(journal, i, TEXT);
    }
  }

  @Test
  void isBehindAboveTheBoundUntilAnEighthBelowIt() {
    try (FileJournal journal = open()) {
      journal.release("reader", 0);
      fill(journal, 10);
      assertThat(journal.isBehind()).isFalse();
      fill(journal, 1);
      assertThat(journal.isBehind()).isTrue();
      assertThat(journal.health().behind()).contains("backlogBytes: 110", "<= 1048576");

      List<String> heard = new ArrayList<>();
      journal.whenCaughtUp(() -> heard.add("caught up"));
      journal.release("reader", 1);
      assertThat(journal.isBehind()).as("1 MB are left").isTrue();
      assertThat(heard).isEmpty();
      journal.release("reader", 3);
      assertThat(journal.isBehind()).isFalse();
      assertThat(heard).containsExactly("caught up");
      assertThat(journal.health().backlogBytes()).isBetween(800_000L, 950_000L);
    }
  }

  @Test
  void isBehindFromTheStartWhenItWasAtTheEnd() {
    try (FileJournal journal = open()) {
      journal.release("reader", 0);
      fill(journal, 12);
    }
    try (FileJournal journal = open()) {
      assertThat(journal.isBehind()).isTrue();
      journal.release("reader", 12);
      assertThat(journal.isBehind()).isFalse();
      assertThat(journal.health().backlogBytes()).isZero();
    }
  }

  @Test
  void takesWhatMustNotWait() {
    try (FileJournal journal = open()) {
      journal.release("reader", 0);
      fill(journal, 12);
      assertThat(append(journal, 13, "small")).isEqualTo(12);
    }
  }

  @Test
  void isNeverBehindWithoutConsumers() {
    try (FileJournal journal = open()) {
      fill(journal, 12);
      assertThat(journal.isBehind()).isFalse();
    }
  }
}
