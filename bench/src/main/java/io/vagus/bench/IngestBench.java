package io.vagus.bench;

import io.vagus.bench.mqtt.Protocol;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** How many messages a second are acknowledged and stored, and what one costs the server. */
@Command(
    name = "ingest",
    description = "Messages acknowledged and stored a second, and what one costs the server.",
    footer = {
      "",
      "Example:",
      "  ./vagus bench ingest --rate 5000 --spike 10 --spike-seconds 60",
      "  A tenfold spike of a minute: how far acknowledgements slow, how long until all is done,",
      "  and that nothing acknowledged is lost.",
    },
    mixinStandardHelpOptions = true)
final class IngestBench implements Callable<Integer> {
  private static final Duration BOUND = Duration.ofMinutes(2);

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--clients", description = "Connections (default: ${DEFAULT-VALUE}).")
  int clients = 200;

  @Option(
      names = "--window",
      description = "Unacknowledged messages of a connection (default: ${DEFAULT-VALUE}).")
  int window = 20;

  @Option(
      names = "--size",
      description = "Payload bytes; JSON padded with spaces (default: ${DEFAULT-VALUE}).")
  int size = 150;

  @Option(names = "--readings", description = "Values a message (default: ${DEFAULT-VALUE}).")
  int readings = 1;

  @Option(names = "--seconds", description = "Time measured (default: ${DEFAULT-VALUE}).")
  int seconds = 20;

  @Option(names = "--warmup", description = "Seconds before that (default: ${DEFAULT-VALUE}).")
  int warmup = 10;

  @Option(
      names = "--rate",
      description = "Messages a second in all; 0: as fast as it goes (default: ${DEFAULT-VALUE}).")
  long rate;

  @Option(names = "--threads", description = "Of the load (default: ${DEFAULT-VALUE}).")
  int threads = 1;

  @Option(names = "--protocol", description = "v3 or v5: MQTT's (default: ${DEFAULT-VALUE}).")
  Protocol protocol = Protocol.V5;

  @Option(names = "--tls", description = "Over TLS.")
  boolean tls;

  @Mixin Spike spike = new Spike();

  private final Figures figures = new Figures("ingest");

  /** Where things stood at one moment. */
  private record Mark(long nanos, long acknowledged, double serverMicros, double ownMicros) {
    static Mark of(MqttLoad load, ServerProcess server) {
      return new Mark(
          System.nanoTime(),
          load.acknowledged(),
          ProcessCost.cpuMicros(server.handle()),
          ProcessCost.cpuMicros(ProcessHandle.current()));
    }
  }

  @Override
  public Integer call() {
    Telemetry.Shape shape = new Telemetry.Shape(protocol, size, readings, false);
    try (Workplace place = common.workplace();
        ServerProcess server =
            place.start(common.serverFlags("--mqtts", tls ? "127.0.0.1:0" : "off"));
        Probe api = new Probe(server);
        MqttLoad load =
            new MqttLoad(
                clients, window, server.tls(tls), threads, Fleet.telemetry(shape, false))) {
      figures.print("start_s", server.startSeconds(), "s");
      Fleet.register(api, clients, readings, Optional.of(Fleet.SECRET));
      load.connect(server.mqtt(tls ? "mqtts" : "mqtt"), 100, BOUND);
      begin(load);
      watch(load, warmup);
      Histogram warm = load.latencies();
      figures.progress("warm: %d acknowledgements", warm.getTotalCount());
      Mark start = Mark.of(load, server);
      watch(load, seconds);
      Mark end = Mark.of(load, server);
      Histogram latencies = load.latencies();
      if (spike.factor > 0 && rate > 0) {
        spike.run(load, rate, figures);
      }
      load.stop(BOUND);
      long stopped = System.nanoTime();
      JsonNode ledger = api.drained();
      Mark drained = Mark.of(load, server);
      figures.print("drain_s", (drained.nanos() - stopped) / 1e9, "s");
      printRates(start, end, drained);
      printLatencies(latencies);
      return printStores(load, server, api, ledger) ? 0 : 1;
    }
  }

  private void begin(MqttLoad load) {
    if (rate > 0) {
      load.pace(rate);
    } else {
      load.allow(i -> Long.MAX_VALUE);
    }
  }

  private void watch(MqttLoad load, int seconds) {
    long before = load.acknowledged();
    for (int i = 0; i < seconds; i++) {
      Pause.of(Duration.ofSeconds(1));
      load.requireNoFailure();
      long now = load.acknowledged();
      figures.progress("%,d messages/s", now - before);
      before = now;
    }
  }

  private void printRates(Mark start, Mark end, Mark drained) {
    long acknowledged = end.acknowledged() - start.acknowledged();
    long all = drained.acknowledged() - start.acknowledged();
    figures.print("acknowledged_per_s", acknowledged * 1e9 / (end.nanos() - start.nanos()), "1/s");
    figures.print("stored_per_s", all * 1e9 / (drained.nanos() - start.nanos()), "1/s");
    figures.print(
        "server_cpu_per_message", (end.serverMicros() - start.serverMicros()) / acknowledged, "us");
    figures.print(
        "server_cpu_per_message_drained",
        (drained.serverMicros() - start.serverMicros()) / all,
        "us");
    figures.print(
        "generator_cpu_per_message", (end.ownMicros() - start.ownMicros()) / acknowledged, "us");
  }

  private void printLatencies(Histogram latencies) {
    figures.print("ack_p50", latencies.getValueAtPercentile(50) / 1000.0, "ms");
    figures.print("ack_p99", latencies.getValueAtPercentile(99) / 1000.0, "ms");
    figures.print("ack_p999", latencies.getValueAtPercentile(99.9) / 1000.0, "ms");
    figures.print("ack_max", latencies.getMaxValue() / 1000.0, "ms");
  }

  private boolean printStores(MqttLoad load, ServerProcess server, Probe api, JsonNode ledger) {
    long accepted = ledger.path("total").path("accepted").asLong();
    boolean equal = accepted == load.acknowledged() - load.refused();
    boolean balanced = ledger.path("balanced").asBoolean();
    figures.print("acknowledged", load.acknowledged(), "1");
    figures.print("accepted", accepted, "1");
    figures.print("refused", load.refused(), "1");
    figures.print("stored_equals_acknowledged", equal);
    figures.print("ledger_balanced", balanced);
    figures.print("rss", ProcessCost.residentBytes(server.handle()) / (1 << 20), "MiB");
    figures.print("rss_peak", ProcessCost.peakResidentBytes(server.handle()) / (1 << 20), "MiB");
    figures.print(
        "journal_bytes_per_message",
        api.metric("vagus_journal_bytes_total", "journal=\"journal\"") / load.acknowledged(),
        "bytes");
    return equal && balanced && load.refused() == 0;
  }
}
