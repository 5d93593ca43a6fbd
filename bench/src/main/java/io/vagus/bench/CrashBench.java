package io.vagus.bench;

import io.vagus.bench.mqtt.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Kills the server under load, again and again, on one data folder, while the load remembers what
 * was acknowledged and sends again what was not. In the end each acknowledged message must be there
 * once, none twice, and the ledger must balance.
 */
@Command(
    name = "crash",
    description = "kill -9 under load, again and again: is what was acknowledged stored once?",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus bench crash --rounds 10"})
final class CrashBench implements Callable<Integer> {
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final Duration VISIBLE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--rounds", description = "How often it is killed (default: ${DEFAULT-VALUE}).")
  int rounds = 50;

  @Option(names = "--clients", description = "Connections (default: ${DEFAULT-VALUE}).")
  int clients = 50;

  @Option(
      names = "--window",
      description = "Unacknowledged messages of a connection (default: ${DEFAULT-VALUE}).")
  int window = 10;

  @Option(
      names = "--rate",
      description = "Messages a second in all; 0: as fast as it goes (default: ${DEFAULT-VALUE}).")
  long rate;

  @Option(
      names = "--max-millis",
      description = "Longest time under load before a kill (default: ${DEFAULT-VALUE}).")
  int maxMillis = 2000;

  @Option(names = "--protocol", description = "v3 or v5: MQTT's (default: ${DEFAULT-VALUE}).")
  Protocol protocol = Protocol.V5;

  @Option(names = "--seed", description = "Chooses the moments.")
  long seed = System.nanoTime();

  private final Figures figures = new Figures("crash");

  @Override
  public Integer call() {
    figures.progress("seed %d", seed);
    Telemetry.Shape shape = new Telemetry.Shape(protocol, 150, 1, true);
    Workplace place = common.workplace();
    boolean right;
    try (MqttLoad load =
        new MqttLoad(clients, window, Optional.empty(), 1, Fleet.telemetry(shape, true))) {
      List<BitSet> acknowledged = remember(load);
      torture(place, load);
      try (ServerProcess server = place.start(common.serverFlags());
          Probe api = new Probe(server)) {
        load.connect(server.mqtt("mqtt"), clients, BOUND);
        load.stop(BOUND);
        right = judge(load, api, acknowledged);
      }
    }
    if (right) {
      place.close();
      return 0;
    }
    figures.progress("the server's folder is kept: %s", place.folder());
    return 1;
  }

  private static List<BitSet> remember(MqttLoad load) {
    List<BitSet> acknowledged = new ArrayList<>();
    for (LoadConnection connection : load.connections()) {
      BitSet numbers = new BitSet();
      acknowledged.add(numbers);
      connection.onAcknowledged(number -> numbers.set((int) number));
    }
    return acknowledged;
  }

  private void torture(Workplace place, MqttLoad load) {
    Random random = new Random(seed);
    for (int round = 0; round < rounds; round++) {
      ServerProcess server = place.start(common.serverFlags());
      try {
        if (round == 0) {
          try (Probe api = new Probe(server)) {
            Fleet.register(api, clients, 1, Optional.of(Fleet.SECRET));
          }
        }
        load.connect(server.mqtt("mqtt"), clients, BOUND);
        if (round == 0) {
          begin(load);
        }
        Pause.of(Duration.ofMillis(random.nextInt(maxMillis)));
      } finally {
        server.kill();
      }
      Pause.until(BOUND, "the end of all connections", () -> load.open() == 0);
      figures.progress(
          "round %d: ready in %.2f s, %,d acknowledged, %,d sent again",
          round + 1, server.startSeconds(), load.acknowledged(), load.resent());
    }
  }

  private void begin(MqttLoad load) {
    if (rate > 0) {
      load.pace(rate);
    } else {
      load.allow(i -> Long.MAX_VALUE);
    }
  }

  private boolean judge(MqttLoad load, Probe api, List<BitSet> acknowledged) {
    JsonNode ledger = api.drained();
    long drained = System.nanoTime();
    Stored stored = Stored.read(load, api, acknowledged);
    // Processed is not yet committed: the series may show a reading a little later.
    while (stored.missing() > 0 && System.nanoTime() - drained < VISIBLE.toNanos()) {
      Pause.of(Duration.ofMillis(200));
      stored = Stored.read(load, api, acknowledged);
    }
    figures.print("visible_after", (System.nanoTime() - drained) / 1e9, "s");
    figures.progress("missing: %s", stored.example());
    long missing = stored.missing();
    long twice = stored.twice();
    JsonNode total = ledger.path("total");
    boolean balanced = ledger.path("balanced").asBoolean();
    boolean acceptedOnce = total.path("accepted").asLong() == load.begun();
    figures.print("kills", rounds, "1");
    figures.print("acknowledged", load.acknowledged(), "1");
    figures.print("resent", load.resent(), "1");
    figures.print("duplicates_recognised", total.path("duplicate").asLong(), "1");
    figures.print("acknowledged_but_missing", missing, "1");
    figures.print("stored_twice", twice, "1");
    figures.print("ledger_balanced", balanced);
    figures.print("accepted_equals_sent", acceptedOnce);
    figures.print("seed", seed, "1");
    return missing == 0 && twice == 0 && balanced && acceptedOnce && load.refused() == 0;
  }

  /**
   * What the series holds of what was acknowledged.
   *
   * @param example a device that misses messages, with their numbers
   */
  private record Stored(long missing, long twice, String example) {
    static Stored read(MqttLoad load, Probe api, List<BitSet> acknowledged) {
      long missing = 0;
      long twice = 0;
      String example = "none";
      for (LoadConnection connection : load.connections()) {
        String device = Fleet.device(connection.number());
        BitSet stored = new BitSet();
        twice += readDevice(api, device, stored);
        BitSet lost = (BitSet) acknowledged.get(connection.number()).clone();
        lost.andNot(stored);
        missing += lost.cardinality();
        example = lost.isEmpty() ? example : device + " " + lost;
      }
      return new Stored(missing, twice, example);
    }

    /** Marks what is there; how many readings there are beyond one for each message. */
    private static long readDevice(Probe api, String device, BitSet stored) {
      long[] twice = {0};
      api.eachLine(
          "/api/v1/devices/" + device + "/export?format=ndjson&from=2020-01-01T00:00:00Z",
          line -> {
            int number = (int) Telemetry.numberOf(JSON.readTree(line).path("value").asDouble());
            if (stored.get(number)) {
              twice[0]++;
            }
            stored.set(number);
          });
      return twice[0];
    }
  }
}
