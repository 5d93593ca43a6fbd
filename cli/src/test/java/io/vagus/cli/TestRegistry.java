package io.vagus.cli;

import io.vagus.server.Configuration;
import io.vagus.testkit.PostgresServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Where servers of tests keep their registry, as {@link PostgresServer#isForAll} says. */
final class TestRegistry {
  private TestRegistry() {}

  /**
   * @param flags with {@code data}
   */
  static Configuration configuration(Map<String, String> flags) {
    Map<String, String> all = new HashMap<>(flags);
    if (PostgresServer.isForAll()) {
      all.putAll(PostgresServer.settings(Path.of(flags.getOrDefault("data", "data"))));
    }
    return Configuration.read(null, Map.of(), all);
  }
}
