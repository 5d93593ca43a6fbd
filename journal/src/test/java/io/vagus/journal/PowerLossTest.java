package io.vagus.journal;

import static io.vagus.journal.Appends.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vagus.journal.Appends.Read;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A loop-mounted file system is shut down under load: what it had not been made to write is gone,
 * as when the power fails. Needs root, a loop device and xfs_io.
 */
@Tag("power")
@Timeout(300)
final class PowerLossTest {
  private static final int LOSSES = 5;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void losesNothingAcknowledgedByPowerLoss(String fileSystem) throws Exception {
    Path image = dir.resolve("image");
    Path mount = Files.createDirectory(dir.resolve("mount"));
    run("truncate", "-s", "512M", image.toString());
    assumeTrue(run("xfs_io", "-V") == 0, "xfs_io is missing");
    assumeTrue(run("mkfs." + fileSystem, "-q", image.toString()) == 0, "no mkfs." + fileSystem);
    assumeTrue(
        run("mount", "-o", "loop", image.toString(), mount.toString()) == 0,
        "no file system can be mounted here");
    try {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      Map<Long, Long> numberByOffset = new TreeMap<>();
      long next = 0;
      for (int loss = 0; loss < LOSSES; loss++) {
        next = runAndFail(mount, next, 20 + random.nextInt(2000), numberByOffset);
        assertThat(run("umount", mount.toString())).isZero();
        assertThat(run("mount", "-o", "loop", image.toString(), mount.toString())).isZero();
        check(mount.resolve("log"), numberByOffset, "seed " + seed + ", loss " + loss);
      }
    } finally {
      run("umount", mount.toString());
    }
  }

  /** Fails after so many acknowledgements; those that come later count too. */
  private static long runAndFail(Path mount, long first, int after, Map<Long, Long> acknowledged)
      throws Exception {
    Process child = Child.start(mount.resolve("log"), "load", String.valueOf(first));
    long last = first;
    var lines = child.inputReader();
    String line;
    for (int n = 0; (line = lines.readLine()) != null; n++) {
      if (n == after) {
        assertThat(run("xfs_io", "-x", "-c", "shutdown", mount.toString())).isZero();
        // What it still acknowledges is read to the end, when it is gone.
        assertThat(child.toHandle().destroyForcibly()).isTrue();
      }
      String[] parts = line.split(" ", -1);
      if (parts.length == 2) {
        last = Long.parseLong(parts[1]);
        acknowledged.put(Long.parseLong(parts[0]), last);
      }
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return last + 10_000_000;
  }

  private static void check(Path log, Map<Long, Long> acknowledged, String when) {
    try (FileJournal journal = FileJournals.open(log, Child.CONFIG)) {
      List<Read> all = readAll(journal, 0);
      Map<Long, String> byOffset =
          new HashMap<>(all.stream().collect(Collectors.toMap(Read::offset, Read::text)));
      acknowledged.forEach((offset, number) -> {
        for (int i = 0; i < Child.RECORDS; i++) {
          assertThat(byOffset.get(offset + i)).as(when).isEqualTo(Child.text(number + i));
        }
      });
      assertThat(journal.health().corrupt()).as(when).isEmpty();
      System.out.println(when + ": " + acknowledged.size() + " acknowledged batches, all there");
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      if (exit != 0) {
        System.out.println(String.join(" ", command) + ": " + output);
      }
      return exit;
    } catch (IOException e) {
      System.out.println(command[0] + ": " + e.getMessage());
      return -1;
    }
  }
}
