package io.vagus.registry.sql;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.registry.sql.RegistryConfig.Kind;
import io.vagus.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Where a test keeps its registry: a SQLite file, or a schema of a real PostgreSQL. */
record TestStore(RegistryConfig config, Path file) {

  static TestStore of(Kind kind, Path folder) {
    return of(kind, kind == Kind.SQLITE ? "" : PostgresServer.shared().newSchema(), folder);
  }

  private static TestStore of(Kind kind, String url, Path folder) {
    return new TestStore(config(kind, url), folder.resolve("registry.db"));
  }

  static RegistryConfig config(Kind kind, String url) {
    return new RegistryConfig(
        kind,
        url,
        PostgresServer.USER,
        PostgresServer.PASSWORD,
        Path.of(""),
        RegistryConfig.Tls.OFF,
        Path.of(""));
  }

  private List<String> arguments() {
    return List.of(config.kind().name(), config.url(), file.getParent().toString());
  }

  /** Runs the class's main in a process of its own, with these arguments and more. */
  ProcessBuilder process(Class<?> main, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(arguments());
    command.addAll(List.of(more));
    return new ProcessBuilder(command);
  }

  static TestStore of(String[] arguments) {
    return of(Kind.valueOf(arguments[0]), arguments[1], Path.of(arguments[2]));
  }

  SqlRegistry open(WallClock wall, MonotonicClock mono) {
    return open(Schema.REGISTRY, wall, mono);
  }

  SqlRegistry open(Schema schema, WallClock wall, MonotonicClock mono) {
    return SqlRegistry.open(config, file, schema, wall, mono);
  }

  RegistryAudit audit() {
    return audit(Schema.REGISTRY);
  }

  RegistryAudit audit(Schema schema) {
    return RegistryAudit.open(config, file, schema);
  }

  /** Behind the registry's back. */
  Connection connect() throws SQLException {
    return config.kind() == Kind.SQLITE
        ? DriverManager.getConnection("jdbc:sqlite:" + file)
        : PostgresServer.connect(config.url());
  }

  String tables() {
    return config.kind() == Kind.SQLITE
        ? "select name from sqlite_master where type = 'table'"
        : "select table_name from information_schema.tables"
            + " where table_schema = current_schema()";
  }

  String columns(String table) {
    return config.kind() == Kind.SQLITE
        ? "select name from pragma_table_info('" + table + "')"
        : "select column_name from information_schema.columns"
            + " where table_schema = current_schema() and table_name = '"
            + table
            + "'";
  }
}
