package io.vagus.journal;

import static io.vagus.journal.Appends.LONG;
import static io.vagus.journal.Appends.append;
import static io.vagus.journal.Appends.readAll;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.DataSize;
import io.vagus.kit.SnapshotFile;
import io.vagus.kit.SnapshotFolder;
import io.vagus.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SnapshotTest {
  private static final String TEXT = "x".repeat(1000);

  @TempDir Path root;
  private final ManualClock clock = new ManualClock(1_700_000_000_000_000L);

  @Test
  void keepsWhatIsDurableThoughItIsAppendedToAndRemoved() throws IOException {
    try (FileJournal journal = open("journal")) {
      for (int i = 0; i < 18; i++) {
        append(journal, clock.micros(), TEXT + i);
      }
      journal.release("reader", 7);
      List<Appends.Read> before = readAll(journal, 0);
      try (SnapshotFolder kept = SnapshotFolder.create(root.resolve("kept"))) {
        journal.snapshot(
            kept,
            "copy",
            () -> assertThat(journal.startOffset()).isEqualTo(before.getFirst().offset()));
        for (int i = 0; i < 200; i++) {
          append(journal, clock.micros(), TEXT);
        }
        journal.release("reader", journal.endOffset());
        eventually(LONG, "old ones are removed", () -> journal.startOffset() > 18);

        unpack(kept.files());
      }
      try (FileJournal copy = open("copy")) {
        assertThat(copy.health().corrupt()).isEmpty();
        assertThat(readAll(copy, 0)).isEqualTo(before);
        assertThat(append(copy, clock.micros(), "goes on")).isEqualTo(18);
      }
    }
  }

  @Test
  void anEmptyJournalIsKeptToo() throws IOException {
    try (FileJournal journal = open("journal");
        SnapshotFolder kept = SnapshotFolder.create(root.resolve("kept"))) {
      journal.snapshot(kept, "copy", () -> {});
      unpack(kept.files());
      try (FileJournal copy = open("copy")) {
        assertThat(append(copy, clock.micros(), "first")).isZero();
      }
    }
  }

  private void unpack(List<SnapshotFile> files) throws IOException {
    for (SnapshotFile file : files) {
      Path to = root.resolve(file.name());
      Files.createDirectories(to.getParent());
      byte[] bytes = Files.readAllBytes(file.path());
      Files.write(to, Arrays.copyOf(bytes, Math.toIntExact(file.sizeBytes())));
    }
  }

  private FileJournal open(String name) {
    JournalConfig standard = JournalConfig.defaults();
    JournalConfig config =
        new JournalConfig(
            Duration.ZERO,
            standard.maxBytes(),
            JournalConfig.Fsync.ON,
            new DataSize(4 << 10),
            Duration.ofDays(1),
            new DataSize(20 << 10),
            standard.queueBytes(),
            standard.maxBacklog());
    return FileJournal.open(root.resolve(name), config, clock, clock, new SimpleMeterRegistry());
  }
}
