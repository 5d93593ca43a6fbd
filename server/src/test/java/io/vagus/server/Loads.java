package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Many devices' loads at once, and the judgement of what a server kept of them. */
final class Loads {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private Loads() {}

  static List<Future<?>> startAll(
      ExecutorService senders, List<NumberedLoad> loads, RunningServer server) {
    List<Future<?>> running = new ArrayList<>();
    loads.forEach(load -> running.add(senders.submit(() -> load.run(server))));
    return running;
  }

  static void endAll(List<Future<?>> running) throws Exception {
    for (Future<?> sender : running) {
      sender.get(60, TimeUnit.SECONDS);
    }
  }

  static int acknowledged(List<NumberedLoad> loads) {
    return loads.stream().mapToInt(load -> load.acknowledged().cardinality()).sum();
  }

  /** Each acknowledged message once, none twice, and as many accepted as there are messages. */
  static void requireAllStoredOnce(RunningServer server, List<NumberedLoad> loads, String run) {
    int messages = loads.stream().mapToInt(NumberedLoad::begun).sum();
    assertThat(messages).as(run).isGreaterThan(1000);
    eventually(
        BOUND, run + ": all is decided", () -> server.total().path("accepted").asInt() >= messages);
    for (NumberedLoad load : loads) {
      BitSet acknowledged = load.acknowledged();
      assertThat(acknowledged.cardinality()).as(run).isEqualTo(load.begun());
      requireStored(server, load, run);
      assertThat(server.numbers(load.device())).as(run).hasSize(load.begun());
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
    server.numbers(load.device()).forEach(missing::clear);
    return missing;
  }
}
