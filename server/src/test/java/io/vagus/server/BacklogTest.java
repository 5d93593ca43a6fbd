package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Senders that are quicker than the processing are held back, and nothing is lost. */
@Timeout(120)
class BacklogTest {
  private static final Duration BOUND = Duration.ofSeconds(40);
  private static final int BACKLOG_BYTES = 1 << 20;

  /** What one release of the journal may miss: a batch under way on each event loop. */
  private static final int SLACK_BYTES = 512 << 10;

  @TempDir Path folder;

  @Test
  void sendersAreHeldBackUntilWhatTheySentIsProcessed() throws Exception {
    // What is processed counts from its checkpoint on: a rare one makes the processing slow.
    try (RunningServer server =
            RunningServer.start(
                folder.resolve("data"), "journal.max-backlog=1MiB", "process.checkpoint-every=3s");
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<NumberedLoad> loads =
          IntStream.range(0, 8).mapToObj(i -> new NumberedLoad("pump-" + i, i < 5)).toList();
      server.registerAll(loads.size(), "correct horse");
      List<Future<?>> running = Loads.startAll(senders, loads, server);
      try {
        requireHeldBackAndReleased(server, loads);
      } finally {
        loads.forEach(NumberedLoad::finish);
      }
      Loads.endAll(running);
      Loads.requireAllStoredOnce(server, loads, "backlog");
    }
  }

  private static void requireHeldBackAndReleased(RunningServer server, List<NumberedLoad> loads) {
    eventually(
        BOUND,
        "health says that the journal is behind",
        () ->
            server
                .health()
                .toString()
                .matches(".*\"journal\":.\"state\":\"degraded\".*backlogBytes.*<= 1048576.*"));
    assertThat(backlogBytes(server)).isBetween(0L, (long) BACKLOG_BYTES + SLACK_BYTES);
    int before = Loads.acknowledged(loads);
    eventually(BOUND, "it catches up", () -> Loads.acknowledged(loads) > before + 3000);
    eventually(
        BOUND,
        "senders by HTTP were told to wait",
        () -> loads.stream().anyMatch(load -> load.toldToWait() > 0));
  }

  private static long backlogBytes(RunningServer server) {
    return server
        .text("/metrics")
        .lines()
        .filter(line -> line.startsWith("vagus_journal_backlog_bytes{journal=\"journal\"}"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }
}
