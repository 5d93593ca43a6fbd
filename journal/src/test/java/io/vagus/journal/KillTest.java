package io.vagus.journal;

import static io.vagus.journal.Appends.readAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.journal.Appends.Read;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends under load is killed; another goes on where it was. */
@Timeout(120)
final class KillTest {
  private static final int KILLS = 6;

  @TempDir Path dir;

  @Test
  void losesNothingAcknowledgedByKill9() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    TreeMap<Long, Long> numberByOffset = new TreeMap<>();
    long next = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      next = runAndKill(next, 20 + random.nextInt(3000), numberByOffset);
      List<Read> all;
      try (FileJournal journal = FileJournals.open(dir, Child.CONFIG)) {
        all = readAll(journal, 0);
        assertThat(journal.health().corrupt()).as("seed %d", seed).isEmpty();
      }
      for (var acknowledged : numberByOffset.entrySet()) {
        for (int i = 0; i < Child.RECORDS; i++) {
          Read read = all.get((int) (acknowledged.getKey() + i));
          assertThat(read.offset()).as("seed %d", seed).isEqualTo(acknowledged.getKey() + i);
          assertThat(read.text()).isEqualTo(Child.text(acknowledged.getValue() + i));
        }
      }
    }
    assertThat(numberByOffset).hasSizeGreaterThan(KILLS * 20);
  }

  /** Kills after so many acknowledgements; a number above all that the process can have used. */
  private long runAndKill(long first, int after, TreeMap<Long, Long> acknowledged)
      throws Exception {
    Process child = Child.start(dir, "load", String.valueOf(first));
    long last = first;
    var lines = child.inputReader();
    String line;
    for (int n = 0; (line = lines.readLine()) != null; n++) {
      if (n == after) {
        // Not Process.destroyForcibly, which closes the pipe too.
        assertThat(child.toHandle().destroyForcibly()).isTrue();
      }
      String[] parts = line.split(" ", -1);
      // The last line may be cut short by the kill.
      if (parts.length == 2
          && acknowledged.put(Long.parseLong(parts[0]), parse(parts[1])) == null) {
        last = parse(parts[1]);
      }
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return last + 10_000_000;
  }

  private static long parse(String number) {
    return Long.parseLong(number);
  }
}
