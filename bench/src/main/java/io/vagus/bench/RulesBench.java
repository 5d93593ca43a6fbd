package io.vagus.bench;

import io.vagus.rule.Window;
import io.vagus.rule.engine.CompiledRules;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What rules cost: by their number, by what matches, and what windows remember. */
@Command(
    name = "rules",
    description = {
      "What rules cost: CPU time a message by how many there are and how few match, in the engine",
      "alone and, with --seconds, through a whole server; what windows over many devices remember,",
      "and how soon that is restored."
    },
    footer = {
      "",
      "Example:",
      "  ./vagus bench rules --rules 0,10,100,1000,10000 --devices 100000 --seconds 20",
    },
    mixinStandardHelpOptions = true)
final class RulesBench implements Callable<Integer> {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** So that some close while it is measured: a device sends once a second. */
  private static final Duration SPAN = Duration.ofSeconds(5);

  private static final int ROUNDS = 10;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--rules",
      split = ",",
      description = "Active rules, one run each (default: ${DEFAULT-VALUE}).")
  List<Integer> rules = new ArrayList<>(List.of(0, 10, 100, 1000, 10_000));

  @Option(
      names = "--messages",
      description = "Messages of a run in the engine alone (default: ${DEFAULT-VALUE}).")
  int messages = 1_000_000;

  @Option(names = "--devices", description = "Devices with windows (default: ${DEFAULT-VALUE}).")
  int devices = 100_000;

  @Option(
      names = "--seconds",
      description = "Of each run through a server; 0: none (default: ${DEFAULT-VALUE}).")
  int seconds;

  @Option(
      names = "--clients",
      description = "Connections of a run through a server (default: ${DEFAULT-VALUE}).")
  int clients = 200;

  private final Figures figures = new Figures("rules");

  @Override
  public Integer call() {
    for (int count : rules) {
      engine("spread", BenchRules::spread, count, BenchRules.PRODUCTS, BenchRules.METRICS);
      engine("one_metric", BenchRules::thresholds, count, 1, 1);
      engine("bands", BenchRules::bands, count, 1, 1);
    }
    window("tumbling", new Window.Tumbling("m0", SPAN, Duration.ZERO), "windows.w.mean > 2.0");
    window(
        "sliding", new Window.Sliding("m0", SPAN, Duration.ofSeconds(1)), "windows.w.mean > 2.0");
    window("session", new Window.Session("m0", SPAN, SPAN, Duration.ZERO), "windows.w.max > 2.0");
    window("absence", new Window.Absence("m0", MINUTE), "windows.w.absent");
    if (seconds > 0) {
      for (int count : rules) {
        new RulesThroughServer(common, clients, seconds, figures).run(count);
      }
    }
    return 0;
  }

  private void engine(
      String kind, IntFunction<CompiledRules> compile, int count, int products, int metrics) {
    double began = EngineLoad.cpuMicros();
    CompiledRules compiled = compile.apply(count);
    String name = "engine_%s_%d".formatted(kind, count);
    if (count > 0) {
      figures.print(name + "_compile", (EngineLoad.cpuMicros() - began) / count, "us");
    }
    int some = Math.min(1000, messages);
    EngineLoad load = new EngineLoad(compiled, some, products, metrics);
    int rounds = Math.max(1, messages / some);
    load.send(rounds);
    long judgedBefore = judged(compiled);
    double before = EngineLoad.cpuMicros();
    load.send(rounds);
    figures.print(
        name + "_cpu_per_message",
        (EngineLoad.cpuMicros() - before) / ((double) rounds * some),
        "us");
    figures.print(
        name + "_judged_per_message",
        (judged(compiled) - judgedBefore) / ((double) rounds * some),
        "1");
  }

  private static long judged(CompiledRules rules) {
    return rules.counts().values().stream().mapToLong(counts -> counts.evaluated()).sum();
  }

  private void window(String kind, Window window, String when) {
    String name = "window_" + kind;
    CompiledRules rule = BenchRules.window(window, when);
    EngineLoad load = new EngineLoad(CompiledRules.NONE, devices, 1, 1);
    load.send(ROUNDS);
    long without = used();
    load.rules(rule);
    load.send(ROUNDS);
    long with = used();
    figures.print(name + "_memory", (with - without) / (double) devices, "bytes");
    double before = EngineLoad.cpuMicros();
    load.send(ROUNDS);
    figures.print(
        name + "_cpu_per_message",
        (EngineLoad.cpuMicros() - before) / ((double) ROUNDS * devices),
        "us");
    List<byte[]> state = load.written();
    long bytes = state.stream().mapToLong(one -> one.length).sum();
    figures.print(name + "_state", bytes / (double) devices, "bytes");
    EngineLoad restored = new EngineLoad(rule, devices, 1, 1);
    long nanos = System.nanoTime();
    restored.restore(state);
    figures.print(name + "_restore", (System.nanoTime() - nanos) / 1e6, "ms");
    figures.progress("%s: %,d firings", kind, load.fired());
  }

  /** Heap that is in use. */
  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
