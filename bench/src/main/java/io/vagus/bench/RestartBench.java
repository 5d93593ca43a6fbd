package io.vagus.bench;

import io.vagus.bench.mqtt.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long a server that knows many devices takes from its start to its ready line. */
@Command(
    name = "restart",
    description = "Time from start to ready: empty, after a clean stop, after kill -9.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus bench restart --devices 10000"})
final class RestartBench implements Callable<Integer> {
  private static final int CONNECTIONS = 20;
  private static final Duration BOUND = Duration.ofMinutes(10);

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--devices", description = "How many (default: ${DEFAULT-VALUE}).")
  int devices = 100_000;

  @Option(names = "--messages", description = "Of each before (default: ${DEFAULT-VALUE}).")
  int messages = 3;

  private final Figures figures = new Figures("restart");

  @Override
  public Integer call() {
    List<String> flags = common.serverFlags("--open");
    try (Workplace place = common.workplace()) {
      try (ServerProcess server = place.start(flags)) {
        print("empty", server);
        load(server);
      }
      ServerProcess stopped = place.start(flags);
      print("after_stop", stopped);
      // A tail that no clean stop folded away.
      load(stopped, 1);
      stopped.kill();
      try (ServerProcess killed = place.start(flags);
          Probe api = new Probe(killed)) {
        print("after_kill", killed);
        boolean balanced = api.drained().path("balanced").asBoolean();
        figures.print("ledger_balanced", balanced);
        return balanced ? 0 : 1;
      }
    }
  }

  private void load(ServerProcess server) {
    try (Probe api = new Probe(server)) {
      figures.progress("registering %,d devices", devices);
      Fleet.register(api, devices, 1, Optional.empty());
      load(server, messages);
      api.drained();
    }
  }

  private void load(ServerProcess server, int messagesEach) {
    figures.progress("sending %,d messages", (long) devices * messagesEach);
    Telemetry.Shape shape = new Telemetry.Shape(Protocol.V5, 150, 1, true);
    MqttLoad.Source source =
        RoundRobin.source(
            CONNECTIONS, devices, device -> new Telemetry(Fleet.device(device), shape));
    try (MqttLoad load = new MqttLoad(CONNECTIONS, 50, Optional.empty(), 1, source)) {
      load.connect(server.mqtt("mqtt"), CONNECTIONS, BOUND);
      long each = (long) devices / CONNECTIONS * messagesEach;
      load.allow(i -> each);
      Pause.until(
          BOUND,
          "acknowledgement of all messages",
          () -> {
            load.requireNoFailure();
            return load.acknowledged() == each * CONNECTIONS;
          });
    }
  }

  private void print(String when, ServerProcess server) {
    figures.print("ready_" + when, server.startSeconds(), "s");
    figures.print("ready_" + when + "_cpu", server.startCpuMicros() / 1e6, "s");
    figures.print(
        "ready_" + when + "_rss", ProcessCost.residentBytes(server.handle()) / (1 << 20), "MiB");
  }
}
