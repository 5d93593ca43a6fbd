package io.vagus.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL on a free port, which can be stopped and started again; its role {@link #USER}
 * owns the database and is no superuser. Thread-safe.
 */
public final class PostgresServer implements AutoCloseable {
  public static final String USER = "vagus";
  public static final String PASSWORD = "correct horse battery";
  private static final String DATABASE = "vagus";
  private static final AtomicInteger SCHEMAS = new AtomicInteger();
  private static final Map<Path, String> SCHEMAS_OF = new ConcurrentHashMap<>();

  private final Path folder;
  private final boolean passing;
  private final Map<String, String> settings;
  private EmbeddedPostgres server;

  private static final class Shared {
    static final PostgresServer SERVER = started();

    private static PostgresServer started() {
      try {
        return new PostgresServer(Files.createTempDirectory("vagus-postgres"), true, Map.of());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** One for all tests of this process: each takes a {@link #newSchema} of it. */
  public static PostgresServer shared() {
    return Shared.SERVER;
  }

  /**
   * Whether servers of tests keep their registry in the {@link #shared} one: {@code
   * -Dtest.registry=postgresql}.
   */
  public static boolean isForAll() {
    return "postgresql".equals(System.getProperty("test.registry"));
  }

  /** Where a server on that folder keeps its registry: a schema of its own, each time the same. */
  public static Map<String, String> settings(Path data) {
    String url = SCHEMAS_OF.computeIfAbsent(data.toAbsolutePath(), folder -> shared().newSchema());
    return Map.of(
        "registry", "postgresql",
        "registry.url", url,
        "registry.tls", "off",
        "registry.user", USER,
        "registry.password", PASSWORD);
  }

  /** One of one's own, in an empty folder. */
  public PostgresServer(Path folder) {
    this(folder, false, Map.of());
  }

  /**
   * @param passing whether its folder goes when it is stopped, by the process's end at the latest
   * @param settings such as {@code ssl}
   */
  public PostgresServer(Path folder, boolean passing, Map<String, String> settings) {
    this.folder = folder;
    this.passing = passing;
    this.settings = settings;
    this.server = startServer(0);
    askForPasswords();
    asSuperuser("postgres", "create role vagus login password '" + PASSWORD + "'");
    asSuperuser("postgres", "create database vagus owner vagus");
  }

  private void askForPasswords() {
    Path rules = folder.resolve("data/pg_hba.conf");
    try {
      Files.writeString(
          rules, "host all vagus 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    asSuperuser("postgres", "select pg_reload_conf()");
  }

  private EmbeddedPostgres startServer(int port) {
    try {
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setDataDirectory(folder.resolve("data"))
              .setCleanDataDirectory(passing)
              .setServerConfig("max_connections", "200")
              .setServerConfig("shared_buffers", "32MB");
      settings.forEach(builder::setServerConfig);
      return (port == 0 ? builder : builder.setPort(port)).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a schema that is empty is: {@code postgresql://…?currentSchema=…}. */
  public String newSchema() {
    String schema = "s" + SCHEMAS.incrementAndGet() + "_" + ProcessHandle.current().pid();
    asSuperuser(DATABASE, "create schema " + schema + " authorization vagus");
    return url() + "?currentSchema=" + schema;
  }

  public String url() {
    return "postgresql://127.0.0.1:" + server.getPort() + "/" + DATABASE;
  }

  /** As the role that Vagus uses. */
  public static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection("jdbc:" + url, USER, PASSWORD);
  }

  /** What an administrator does there. */
  public void asSuperuser(String statement) {
    asSuperuser(DATABASE, statement);
  }

  private void asSuperuser(String database, String statement) {
    try (Connection connection = server.getDatabase("postgres", database).getConnection();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(statement, e);
    }
  }

  /** Ends every session of the role, as a network does that is cut. */
  public void cutConnections() {
    asSuperuser("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'vagus'");
  }

  public void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On the port it had, with the data it had. */
  public void startAgain() {
    server = startServer(server.getPort());
  }

  @Override
  public void close() {
    stop();
  }
}
