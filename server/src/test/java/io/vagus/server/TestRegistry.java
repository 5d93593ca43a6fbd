package io.vagus.server;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.testkit.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where servers of tests keep their registry: SQLite, and with {@code -Dtest.registry=postgresql} a
 * schema of a real PostgreSQL for each data folder.
 */
final class TestRegistry {
  private TestRegistry() {}

  /** The settings given and, unless they say it themselves, those of the registry. */
  static String[] settings(Path data, String... settings) {
    boolean said = Stream.of(settings).anyMatch(setting -> setting.startsWith("registry"));
    return PostgresServer.isForAll() && !said
        ? Stream.concat(Stream.of(settings), postgres(data).stream()).toArray(String[]::new)
        : settings;
  }

  /** A schema of its own, the same for the same folder. */
  static List<String> postgres(Path data) {
    return PostgresServer.settings(data).entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        .toList();
  }

  /** Of a folder on which no server runs. */
  static SqlRegistry open(Path data) {
    return SqlRegistry.open(
        RunningServer.configuration(data, settings(data)).registry(),
        data.resolve("registry.db"),
        Server.SCHEMA,
        WallClock.system(),
        MonotonicClock.system());
  }
}
