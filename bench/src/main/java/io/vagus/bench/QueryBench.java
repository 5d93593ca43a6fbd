package io.vagus.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** How long a range query takes among many readings. */
@Command(
    name = "query",
    description = "24 h of one metric of one device as 300 points, among many readings.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus bench query"})
final class QueryBench implements Callable<Integer> {
  private static final int CONNECTIONS = 20;
  private static final int PER_MESSAGE = 100;
  private static final Duration SPAN = Duration.ofHours(24);
  private static final Duration BOUND = Duration.ofHours(1);

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--readings", description = "In all (default: ${DEFAULT-VALUE}).")
  long readings = 50_000_000;

  @Option(names = "--devices", description = "That sent them (default: ${DEFAULT-VALUE}).")
  int devices = 100_000;

  @Option(names = "--queries", description = "Of each kind (default: ${DEFAULT-VALUE}).")
  int queries = 500;

  @Option(names = "--seed", description = "Chooses the devices asked for.")
  long seed = System.nanoTime();

  private final Figures figures = new Figures("query");

  @Override
  public Integer call() {
    long end = Instant.now().toEpochMilli() * 1000;
    int messages = (int) Math.max(1, readings / devices / PER_MESSAGE);
    History.Shape shape =
        new History.Shape(
            messages, PER_MESSAGE, end - SPAN.toMillis() * 1000, SPAN.toMillis() * 1000);
    try (Workplace place = common.workplace();
        ServerProcess server = place.start(common.serverFlags("--open"));
        Probe api = new Probe(server)) {
      figures.progress("registering %,d devices, seed %d", devices, seed);
      Fleet.register(api, devices, 1, Optional.empty());
      double cpu = ProcessCost.cpuMicros(server.handle());
      long start = System.nanoTime();
      load(server, shape);
      JsonNode ledger = api.drained();
      long stored = (long) devices * messages * PER_MESSAGE;
      figures.print("readings", stored, "1");
      figures.print("stored_per_s", stored * 1e9 / (System.nanoTime() - start), "1/s");
      figures.print(
          "server_cpu_per_reading", (ProcessCost.cpuMicros(server.handle()) - cpu) / stored, "us");
      figures.print("ledger_balanced", ledger.path("balanced").asBoolean());
      query(api, server, end);
      return ledger.path("balanced").asBoolean() ? 0 : 1;
    }
  }

  private void load(ServerProcess server, History.Shape shape) {
    MqttLoad.Source source =
        RoundRobin.source(
            CONNECTIONS, devices, device -> new History(Fleet.device(device), device, shape));
    try (MqttLoad load = new MqttLoad(CONNECTIONS, 4, Optional.empty(), 1, source)) {
      load.connect(server.mqtt("mqtt"), CONNECTIONS, BOUND);
      long each = (long) devices / CONNECTIONS * shape.messages();
      load.allow(i -> each);
      long[] next = {System.nanoTime()};
      Pause.until(
          BOUND,
          "acknowledgement of all readings",
          () -> {
            load.requireNoFailure();
            if (System.nanoTime() - next[0] > 0) {
              figures.progress("%,d readings acknowledged", load.acknowledged() * PER_MESSAGE);
              next[0] += 5_000_000_000L;
            }
            return load.acknowledged() == each * CONNECTIONS;
          });
    }
  }

  private void query(Probe api, ServerProcess server, long endMicros) {
    String to = Instant.ofEpochMilli(endMicros / 1000).toString();
    String from = Instant.ofEpochMilli(endMicros / 1000).minus(SPAN).toString();
    Random random = new Random(seed);
    String range = "/m0?points=300&from=" + from + "&to=" + to;
    // The first tenth warms up and is not counted.
    measure(api, server, "range_300_points", random, range);
    measure(api, server, "latest", random, "");
  }

  private void measure(Probe api, ServerProcess server, String what, Random random, String query) {
    Histogram times = new Histogram(3);
    double cpu = ProcessCost.cpuMicros(server.handle());
    for (int i = -queries / 10; i < queries; i++) {
      if (i == 0) {
        times.reset();
        cpu = ProcessCost.cpuMicros(server.handle());
      }
      String device = Fleet.device(random.nextInt(devices));
      long start = System.nanoTime();
      String answer = api.text("/api/v1/devices/" + device + "/readings" + query);
      times.recordValue((System.nanoTime() - start) / 1000);
      if (i == 0) {
        figures.print(what + "_answer", answer.length(), "bytes");
      }
    }
    figures.print(what + "_p50", times.getValueAtPercentile(50) / 1000.0, "ms");
    figures.print(what + "_p99", times.getValueAtPercentile(99) / 1000.0, "ms");
    figures.print(
        what + "_server_cpu", (ProcessCost.cpuMicros(server.handle()) - cpu) / queries, "us");
  }
}
