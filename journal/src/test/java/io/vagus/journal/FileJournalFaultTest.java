package io.vagus.journal;

import static io.vagus.journal.Appends.LONG;
import static io.vagus.journal.Appends.append;
import static io.vagus.journal.Appends.batch;
import static io.vagus.journal.Appends.readAll;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vagus.journal.Appends.Outcome;
import io.vagus.journal.Appends.Read;
import io.vagus.kit.DataSize;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that fail, disks that are full, and two who want the same directory. */
@Timeout(60)
final class FileJournalFaultTest {
  private static final JournalConfig CONFIG = FileJournals.config(new DataSize(64 << 10));

  @TempDir Path dir;
  private final FaultyFiles files = new FaultyFiles();

  @Test
  void writesAgainToANewFileWhatAFailedSyncLeftOpen() throws IOException {
    try (FileJournal journal = FileJournals.open(dir, CONFIG, files)) {
      append(journal, 1, "a", "b");
      files.failingForces.set(1);
      assertThat(append(journal, 2, "c")).isEqualTo(2);
      append(journal, 3, "d");
      assertThat(readAll(journal, 0)).extracting(Read::text).containsExactly("a", "b", "c", "d");
      assertThat(journal.health().segments()).isEqualTo(2);
      assertThat(journal.health().corrupt()).isEmpty();
    }
    assertThat(files.trustedAgain).isEmpty();
    try (FileJournal journal = FileJournals.open(dir, CONFIG)) {
      assertThat(readAll(journal, 0)).extracting(Read::text).containsExactly("a", "b", "c", "d");
      assertThat(journal.health().corrupt()).isEmpty();
    }
  }

  @Test
  void acknowledgesNothingWhileSyncsFail() {
    FileJournal journal = FileJournals.open(dir, CONFIG, files);
    append(journal, 1, "a");
    files.failingForces.set(Integer.MAX_VALUE);
    Outcome outcome = new Outcome();
    journal.append(batch(2, "b"), outcome);
    eventually(LONG, "it stalls", () -> journal.health().stalled().contains("Input/output error"));
    assertThat(outcome.future).isNotDone();
    assertThat(journal.endOffset()).isEqualTo(1);
    assertThat(journal.health().oldestQueuedNanos()).isPositive();
    journal.close();
    assertThat(outcome.get()).isEqualTo(-1);
    assertThat(segmentFiles()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void leavesNoFilesBehindWhenWritesKeepFailing() {
    files.failingWrites.set(3);
    try (FileJournal journal = FileJournals.open(dir, CONFIG, files)) {
      assertThat(append(journal, 1, "a")).isZero();
      assertThat(journal.health().segments()).isEqualTo(1);
      assertThat(segmentFiles()).hasSize(1);
      assertThat(journal.health().stalled()).isEmpty();
    }
  }

  @Test
  void standsStillOnAFullDiskAndGoesOnWhenThereIsSpace() {
    try (FileJournal journal = FileJournals.open(dir, CONFIG, files)) {
      append(journal, 1, "a");
      files.full = true;
      Outcome outcome = new Outcome();
      journal.append(batch(2, "b"), outcome);
      eventually(LONG, "it says why", () -> journal.health().stalled().startsWith("disk full: "));
      assertThat(outcome.future).isNotDone();
      assertThat(readAll(journal, 0)).extracting(Read::text).containsExactly("a");
      files.full = false;
      assertThat(outcome.get()).isEqualTo(1);
      eventually(LONG, "it goes on", () -> journal.health().stalled().isEmpty());
    }
    try (FileJournal journal = FileJournals.open(dir, CONFIG)) {
      assertThat(readAll(journal, 0)).extracting(Read::text).containsExactly("a", "b");
    }
  }

  @Test
  void losesNothingAcknowledgedOnARealFullDisk() throws Exception {
    Path mount = Files.createDirectory(dir.resolve("mount"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()) == 0,
        "no file system can be mounted here");
    try {
      fillAndFree(mount);
    } finally {
      assertThat(run("umount", mount.toString())).isZero();
    }
  }

  private static void fillAndFree(Path mount) throws IOException {
    Path ballast = mount.resolve("ballast");
    Files.write(ballast, new byte[600 << 10]);
    Path log = mount.resolve("log");
    List<Outcome> outcomes = new ArrayList<>();
    String text = "x".repeat(4000);
    try (FileJournal journal = FileJournals.open(log, CONFIG)) {
      for (int i = 0; i < 150; i++) {
        Outcome outcome = new Outcome();
        assertThat(journal.append(batch(1, i + text), outcome)).isTrue();
        outcomes.add(outcome);
      }
      eventually(LONG, "the disk is full", () -> journal.health().stalled().contains("disk full"));
      long acknowledged = outcomes.stream().filter(o -> o.future.isDone()).count();
      assertThat(acknowledged).isBetween(1L, 149L).isEqualTo(journal.endOffset());
      assertThat(readAll(journal, 0)).hasSize((int) acknowledged);
      Files.delete(ballast);
      outcomes.forEach(outcome -> assertThat(outcome.get()).isNotNegative());
    }
    try (FileJournal journal = FileJournals.open(log, CONFIG)) {
      List<Read> all = readAll(journal, 0);
      assertThat(all).hasSize(150);
      for (int i = 0; i < 150; i++) {
        assertThat(all.get(i).text()).isEqualTo(i + text);
      }
    }
  }

  @Test
  void closesAtOnceWhileTheDiskIsFull() {
    FileJournal journal = FileJournals.open(dir, CONFIG, files);
    files.full = true;
    Outcome outcome = new Outcome();
    journal.append(batch(1, "a"), outcome);
    journal.close();
    assertThat(outcome.get()).isEqualTo(-1);
  }

  @Test
  void refusesASecondProcessWithTheDirectoryAndWhatToDo() throws Exception {
    try (FileJournal journal = FileJournals.open(dir, CONFIG)) {
      append(journal, 1, "a");
      assertThatThrownBy(() -> FileJournals.open(dir, CONFIG))
          .isInstanceOfSatisfying(
              VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_LOCKED))
          .hasMessageContaining(dir.toString())
          .hasMessageContaining("stop that one");
      Process other = Child.start(dir, "lock");
      assertThat(other.inputReader().readLine()).isEqualTo("DATA_LOCKED");
      assertThat(other.waitFor()).isZero();
    }
    FileJournals.open(dir, CONFIG).close();
  }

  private List<Path> segmentFiles() {
    try (Stream<Path> paths = Files.list(dir)) {
      return paths.filter(path -> path.toString().endsWith(".log")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }
}
