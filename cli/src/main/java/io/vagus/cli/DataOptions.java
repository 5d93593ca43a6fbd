package io.vagus.cli;

import io.vagus.server.Configuration;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a server's data is, for commands that read it beside the server. */
final class DataOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The server's configuration file (default: vagus.properties here).")
  @Nullable Path config;

  @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: data).")
  @Nullable String data;

  /** As the server would read it. */
  Configuration read() {
    Map<String, String> flags = new HashMap<>();
    if (data != null) {
      flags.put("data", data);
    }
    return Configuration.read(SettingOptions.file(config), System.getenv(), flags);
  }
}
