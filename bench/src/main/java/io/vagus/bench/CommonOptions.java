package io.vagus.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What all benches take. */
final class CommonOptions {
  @Option(
      names = "--in",
      paramLabel = "DIR",
      description =
          "Folder for the server's data: its disk is measured (default: ${DEFAULT-VALUE}).")
  Path in = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--server",
      paramLabel = "FLAG",
      description = "A flag for the server, such as --server=--journal.every=5ms; repeatable.")
  List<String> server = new ArrayList<>();

  List<String> serverFlags(String... more) {
    List<String> flags = new ArrayList<>(List.of(more));
    flags.addAll(server);
    return flags;
  }

  Workplace workplace() {
    return Workplace.below(in);
  }
}
