package io.vagus.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./vagus bench NAME}: each starts a server of its own and prints a JSON line a figure. */
@Command(
    name = "bench",
    description = {
      "Benchmarks. Each starts a server process of its own on a temporary folder, loads it from"
          + " this",
      "process, and prints one JSON line per figure; progress goes to the error stream."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "NAME",
    footer = {"", "Example:", "  ./vagus bench ingest --seconds 10"},
    subcommands = {
      IngestBench.class,
      CommandBench.class,
      ConnectBench.class,
      OnboardBench.class,
      HandshakeBench.class,
      IssueBench.class,
      RestartBench.class,
      FunctionBench.class,
      QueryBench.class,
      CrashBench.class,
      RulesBench.class
    })
public final class BenchCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli fills it
  CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
