package io.vagus.cli;

import io.vagus.kit.VagusException;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the launcher starts. Exit codes: 0 done, 1 the answer is no, 2 wrong usage or failure. */
@Command(
    name = "vagus",
    description = "Connects devices to software, and proves that no message was lost.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Begin with:",
      "  ./vagus up --demo         the platform with 200 simulated devices: see it work in a"
          + " minute",
      "  ./vagus up                the platform; devices and clients show who they are",
      "  ./vagus COMMAND --help    every flag of a command, with an example",
      "",
      "Reading: README.md, docs/how-to.md (by task), docs/device-contract.md (what devices send).",
      "",
      "The launcher itself also knows `build` (builds) and `test` (the whole test suite)."
    },
    subcommands = {
      UpCommand.class,
      ConfigCommand.class,
      DeviceCommand.class,
      GroupCommand.class,
      RelationCommand.class,
      SinkCommand.class,
      TagCommand.class,
      FunctionCommand.class,
      CommandCommand.class,
      ProductCommand.class,
      RuleCommand.class,
      AlertCommand.class,
      LedgerCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      AuditCommand.class,
      CaCommand.class,
      UserCommand.class,
      TokenCommand.class,
      ApplicationCommand.class,
      EnrolCommand.class,
      BreachCommand.class,
      io.vagus.fleet.FleetCommand.class,
      io.vagus.bench.BenchCommand.class,
      TrainCommand.class,
      HelpCommand.class
    })
public final class Main implements Runnable {
  private static final Set<String> TAKE_SETTINGS = Set.of("up", "config");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli fills it
  CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  boolean help;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.getSubcommands()
        .forEach((name, command) ->
            command.setUnmatchedOptionsArePositionalParams(TAKE_SETTINGS.contains(name)));
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((e, commandLine, parsed) -> {
          if (!(e instanceof VagusException)) {
            throw e;
          }
          commandLine.getErr().println("vagus: " + e.getMessage());
          return 2;
        });
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
