package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Issue 6, point 5: what rules do over kill -9, each effect as without one, none twice. */
@Timeout(120)
class RuleKillTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int KILLS = 4;

  /** Of a device, fewer than may be open at once. */
  private static final int EVERY = 400;

  private static final int BELOW = 40 * EVERY;
  private static final String PRODUCT =
      """
      {"id":"pump","metrics":{"n":{"type":"number"}},
       "commands":{"mark":{"arguments":{"n":{"type":"number"}}},
                   "second":{"arguments":{"to":{"type":"text"},"count":{"type":"number"}}}}}\
      """;
  private static final String EACH =
      """
      {"owner":"tests","products":["pump"],"fire":"always","firingsPerMinute":60000,
       "when":"readings.n.value < %d.0 && int(readings.n.value) %% %d == 0",
       "effects":[{"do":"command","name":"mark","arguments":{"n":"${readings.n.value}"},
                   "deadline":"1h"}]}\
      """
          .formatted(BELOW, EVERY);
  private static final String WINDOWS =
      """
      {"owner":"tests","products":["pump"],"fire":"always","firingsPerMinute":60000,
       "windows":{"w":{"kind":"tumbling","metric":"n","size":"1s"}},
       "when":"windows.w.count > 0.0",
       "effects":[{"do":"command","name":"second","deadline":"1h",
                   "arguments":{"to":"${string(windows.w.to)}","count":"${windows.w.count}"}}]}\
      """;

  @TempDir Path folder;

  @Test
  void commandsOfRulesAreGivenOnceHoweverOftenTheServerIsKilled() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path data = folder.resolve("data");
    List<NumberedLoad> loads =
        IntStream.range(0, 4).mapToObj(i -> new NumberedLoad("pump-" + i, i < 3)).toList();
    try (ExecutorService senders =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (int kill = 0; kill < KILLS; kill++) {
        ServerProcess process = ServerProcess.start(data);
        List<Future<?>> running;
        try {
          RunningServer server = RunningServer.of(process, data);
          if (kill == 0) {
            prepare(server, loads.size());
          }
          running = Loads.startAll(senders, loads, server);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(1200)));
        } finally {
          process.kill();
        }
        Loads.endAll(running);
      }
      loads.forEach(NumberedLoad::finish);
      try (RunningServer server = RunningServer.of(ServerProcess.start(data), data)) {
        Loads.endAll(Loads.startAll(senders, loads, server));
        loads.forEach(load -> requireEachOnce(server, load, "seed " + seed));
        loads.forEach(load -> requireWindowsOnce(server, load, "seed " + seed));
      }
    }
  }

  private static void prepare(RunningServer server, int devices) {
    server.registerAll(devices, "correct horse");
    expect(200, server.put("/api/v1/products/pump", PRODUCT));
    expect(201, server.put("/api/v1/rules/each", EACH));
    expect(201, server.put("/api/v1/rules/windows", WINDOWS));
    eventually(
        BOUND,
        "both rules are in force",
        () -> server.text("/metrics").contains("vagus_rule_evaluated_total{rule=\"windows\""));
  }

  /** As many and the same as a server that was never killed would have given. */
  private static void requireEachOnce(RunningServer server, NumberedLoad load, String run) {
    List<Integer> expected =
        IntStream.range(0, Math.min(load.begun(), BELOW))
            .filter(n -> n % EVERY == 0)
            .boxed()
            .toList();
    assertThat(expected).as(run).isNotEmpty();
    eventually(
        BOUND,
        run + ": all commands of " + load.device(),
        () -> commands(server, load, "each").size() >= expected.size());
    List<Integer> given =
        commands(server, load, "each").stream()
            .map(command -> command.path("arguments").path("n").asInt())
            .sorted()
            .toList();
    assertThat(given).as(run + ": " + load.device()).isEqualTo(expected);
  }

  /** A second that the rule knew whole or in part: what it counted was there, and once. */
  private static void requireWindowsOnce(RunningServer server, NumberedLoad load, String run) {
    List<JsonNode> seconds = commands(server, load, "windows");
    assertThat(seconds).as(run + ": " + load.device()).isNotEmpty();
    assertThat(seconds.stream().map(c -> c.path("arguments").path("to").asText()))
        .as(run + ": " + load.device())
        .doesNotHaveDuplicates();
    assertThat(seconds.stream().mapToInt(c -> c.path("arguments").path("count").asInt()).sum())
        .as(run + ": " + load.device())
        .isBetween(1, load.begun());
  }

  private static List<JsonNode> commands(RunningServer server, NumberedLoad load, String rule) {
    List<JsonNode> all = new ArrayList<>();
    String path =
        "/api/v1/commands?limit=500&device=%s&issuer=rule:%s".formatted(load.device(), rule);
    String cursor = "";
    do {
      JsonNode page = server.get(path + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      page.path("items").forEach(all::add);
      cursor = page.path("next").asText("");
    } while (!cursor.isEmpty());
    return all;
  }
}
