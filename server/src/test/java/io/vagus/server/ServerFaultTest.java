package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What breaks under a whole server, and what it must keep of its promises then. */
@Timeout(120)
class ServerFaultTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int KILLS = 5;

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedIsStoredOnceHoweverOftenTheServerIsKilled() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path data = folder.resolve("data");
    List<NumberedLoad> loads =
        IntStream.range(0, 6).mapToObj(i -> new NumberedLoad("pump-" + i, i < 4)).toList();
    try (ExecutorService senders =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (int kill = 0; kill < KILLS; kill++) {
        ServerProcess process = ServerProcess.start(data);
        RunningServer server = RunningServer.of(process, data);
        List<Future<?>> running;
        try {
          if (kill == 0) {
            registerAll(server, "pump", loads.size());
          }
          running = startAll(senders, loads, server);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(1200)));
        } finally {
          process.kill();
        }
        endAll(running);
      }
      loads.forEach(NumberedLoad::finish);
      try (RunningServer server = RunningServer.of(ServerProcess.start(data), data)) {
        endAll(startAll(senders, loads, server));
        requireAllStoredOnce(server, loads, "seed " + seed);
      }
    }
  }

  @Test
  void aFullDiskStopsAcknowledgementsAndLosesNoneAndSpaceBringsThemBack() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    assumeTrue(
        Command.run(folder, Map.of(), "mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", "mount")
                .exitCode()
            == 0,
        "no file system can be mounted here: the disk is not filled");
    Path data = mount.resolve("data");
    ServerProcess process = ServerProcess.start(data, "journal.segment-size=1MiB");
    try (RunningServer server = RunningServer.of(process, data)) {
      fillAndFree(server, mount.resolve("filler"));
      assertThat(process.isAlive()).isTrue();
    } finally {
      Command.run(folder, Map.of(), "umount", "-l", "mount").succeeded();
    }
  }

  private static void fillAndFree(RunningServer server, Path filler) throws Exception {
    registerAll(server, "pump", 4);
    List<NumberedLoad> loads =
        IntStream.range(0, 3).mapToObj(i -> new NumberedLoad("pump-" + i, i < 2)).toList();
    UnreadableLoad unreadable = new UnreadableLoad("pump-3");
    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = startAll(senders, loads, server);
      running.add(senders.submit(() -> unreadable.run(server)));
      eventually(BOUND, "all are served", () -> loads.stream().allMatch(l -> l.begun() > 100));
      fill(filler);
      eventually(BOUND, "the journal is down", () -> journalState(server).equals("down"));
      assertThat(server.health().toString()).contains("disk full");
      int before = acknowledged(loads);
      assertThat(server.get("/api/v1/ledger").path("balanced").asBoolean()).isTrue();
      assertThat(numbers(server, "pump-0")).isNotEmpty();
      assertThat(acknowledged(loads)).isEqualTo(before);
      Files.delete(filler);
      eventually(BOUND, "acknowledgements come again", () -> acknowledged(loads) > before + 1000);
      loads.forEach(NumberedLoad::finish);
      unreadable.finish();
      endAll(running);
    }
    eventually(BOUND, "all is well", () -> server.health().path("status").asText().equals("up"));
    requireAllStoredOnce(server, loads, "full disk");
    assertThat(total(server).path("deadLettered").asInt()).isEqualTo(unreadable.kept());
  }

  /** To the last byte. */
  private static void fill(Path filler) {
    byte[] chunk = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(chunk);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static String journalState(RunningServer server) {
    return server.health().path("components").path("journal").path("state").asText();
  }

  private static int acknowledged(List<NumberedLoad> loads) {
    return loads.stream().mapToInt(load -> load.acknowledged().cardinality()).sum();
  }

  private static List<Future<?>> startAll(
      ExecutorService senders, List<NumberedLoad> loads, RunningServer server) {
    List<Future<?>> running = new ArrayList<>();
    loads.forEach(load -> running.add(senders.submit(() -> load.run(server))));
    return running;
  }

  private static void endAll(List<Future<?>> running) throws Exception {
    for (Future<?> sender : running) {
      sender.get(30, TimeUnit.SECONDS);
    }
  }

  private static void registerAll(RunningServer server, String product, int devices) {
    expect(201, server.post("/api/v1/products", "{\"id\":\"%s\"}".formatted(product)));
    String body =
        IntStream.range(0, devices)
            .mapToObj(i ->
                "{\"id\":\"%s-%d\",\"product\":\"%s\",\"secret\":\"correct horse\"}"
                    .formatted(product, i, product))
            .collect(Collectors.joining(",", "[", "]"));
    expect(201, server.post("/api/v1/devices/bulk", body));
  }

  /** Each acknowledged message once, none twice, and as many accepted as there are messages. */
  private static void requireAllStoredOnce(
      RunningServer server, List<NumberedLoad> loads, String run) {
    int messages = loads.stream().mapToInt(NumberedLoad::begun).sum();
    assertThat(messages).as(run).isGreaterThan(1000);
    eventually(BOUND, run + ": all is decided", () -> total(server).path("pending").asInt() == 0);
    for (NumberedLoad load : loads) {
      BitSet acknowledged = load.acknowledged();
      assertThat(acknowledged.cardinality()).as(run).isEqualTo(load.begun());
      requireStored(server, load, run);
      assertThat(numbers(server, load.device())).as(run).hasSize(load.begun());
    }
    JsonNode ledger = server.get("/api/v1/ledger");
    assertThat(ledger.path("balanced").asBoolean()).as(run + ": " + ledger).isTrue();
    assertThat(ledger.path("total").path("accepted").asInt()).as(run).isEqualTo(messages);
  }

  private static void requireStored(RunningServer server, NumberedLoad load, String run) {
    try {
      eventually(BOUND, run + ": all is stored", () -> missing(server, load).isEmpty());
    } catch (AssertionError e) {
      BitSet missing = missing(server, load);
      String id = load.device() + "-" + missing.nextSetBit(0);
      throw new AssertionError(
          "%s: missing of %s: %s; the first one's way: %s"
              .formatted(
                  run,
                  load.device(),
                  missing,
                  server.get("/api/v1/messages/" + id + "?device=" + load.device())),
          e);
    }
  }

  private static BitSet missing(RunningServer server, NumberedLoad load) {
    BitSet missing = load.acknowledged();
    numbers(server, load.device()).forEach(missing::clear);
    return missing;
  }

  /** The values of metric n that the series holds. */
  private static List<Integer> numbers(RunningServer server, String device) {
    return server
        .text("/api/v1/devices/" + device + "/export?format=ndjson&from=2020-01-01T00:00:00Z")
        .lines()
        .map(line -> JSON.readTree(line).path("value").asInt())
        .toList();
  }

  private static JsonNode total(RunningServer server) {
    return server.get("/api/v1/ledger").path("total");
  }
}
