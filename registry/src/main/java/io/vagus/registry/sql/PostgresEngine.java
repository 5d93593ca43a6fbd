package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * A schema of a PostgreSQL database. One server at a time writes it, since it holds much of it in
 * memory: the connection that writes holds an advisory lock, and an epoch in a row tells whether
 * another server wrote while this one's connection was lost. Confined to the database's lock.
 */
final class PostgresEngine implements Engine {
  private static final int CONNECT_SECONDS = 3;

  /** Longer than any statement takes: a database that does not answer is away. */
  private static final int ANSWER_SECONDS = 60;

  /** A server that was killed a moment ago is noticed by then. */
  private static final int LOCK_TRIES = 20;

  private static final long LOCK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** With the schema's number, so that registries in schemas of one database are apart. */
  private static final String LOCK =
      " pg_try_advisory_lock(1986094453, (select oid from pg_namespace"
          + " where nspname = current_schema())::int)";

  private static final String HOLDER =
      "select coalesce(host(a.client_addr), 'here') || ', process ' || l.pid || ' of the database'"
          + " from pg_locks l join pg_stat_activity a on a.pid = l.pid"
          + " where l.locktype = 'advisory' and l.classid = 1986094453";

  private static final Pattern TEXT_COLUMN =
      Pattern.compile("^(\\s+\\w+|alter table \\w+ add column \\w+) text\\b", Pattern.MULTILINE);

  private final RegistryConfig config;
  private final PostgresFailures failures;
  private long epoch;

  PostgresEngine(RegistryConfig config) {
    this.config = config;
    this.failures = new PostgresFailures(config);
  }

  @Override
  public JdbcConnection connectWriter() {
    JdbcConnection connection = connect();
    try {
      // A commit is durable when it returns, whatever the role's default is.
      connection.number(
          "select case when current_setting('synchronous_commit') = 'off'"
              + " then length(set_config('synchronous_commit', 'on', false)) end");
      connection.script(List.of("set lock_timeout = '10s'"));
      lock(connection);
      requireNoOtherWriter(connection);
      return connection;
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void lock(JdbcConnection connection) {
    for (int i = 0; connection.number("select case when" + LOCK + " then 1 else 0 end") == 0; i++) {
      if (i == LOCK_TRIES) {
        String holder = connection.first(row -> row.text(1), HOLDER).orElse("which is gone now");
        throw new VagusException(
            ErrorCode.DATA_LOCKED,
            "registry database %s: another server holds it (%s; expected: one server a registry)"
                .formatted(config.place(), holder));
      }
      LockSupport.parkNanos(LOCK_PAUSE_NANOS);
    }
  }

  private void requireNoOtherWriter(JdbcConnection connection) {
    if (epoch == 0) {
      connection.script(
          List.of(
              "create table if not exists registry_writer"
                  + " (id integer not null primary key, epoch bigint not null)"));
      epoch =
          connection.number(
              "insert into registry_writer values (1, 1) on conflict (id) do update"
                  + " set epoch = registry_writer.epoch + 1 returning epoch");
    } else if (connection.number("select epoch from registry_writer") != epoch) {
      throw new VagusException(
          ErrorCode.DATA_LOCKED,
          "registry database %s: another server changed it while this one was cut off (expected:"
                  .formatted(config.place())
              + " a restart of this one, which reads it anew)");
    }
  }

  @Override
  public JdbcConnection connectReader() {
    JdbcConnection connection = connect();
    connection.script(List.of("set default_transaction_read_only = on"));
    return connection;
  }

  private JdbcConnection connect() {
    try {
      // Not through the DriverManager, which would load every driver there is.
      Connection connection = new Driver().connect("jdbc:" + config.url(), properties());
      return new JdbcConnection(Objects.requireNonNull(connection), this);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.secret());
    properties.setProperty("ApplicationName", "vagus");
    properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
    properties.setProperty("loginTimeout", Integer.toString(2 * CONNECT_SECONDS));
    properties.setProperty("socketTimeout", Integer.toString(ANSWER_SECONDS));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("reWriteBatchedInserts", "true");
    if (config.tls() == RegistryConfig.Tls.OFF) {
      properties.setProperty("sslmode", "disable");
    } else {
      properties.setProperty("sslmode", "verify-full");
      if (config.caFile().toString().isEmpty()) {
        properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
      } else {
        properties.setProperty("sslrootcert", config.caFile().toString());
      }
    }
    return properties;
  }

  @Override
  public Optional<String> begin(JdbcConnection writer) {
    writer.begin("begin");
    return writer.first(row -> row.text(1), "select txid_current()");
  }

  @Override
  public String beginSnapshot() {
    return "begin isolation level repeatable read read only";
  }

  @Override
  public boolean isCommitted(JdbcConnection connection, String transaction) {
    String status = "in progress";
    for (int i = 0; status.equals("in progress") && i < LOCK_TRIES; i++) {
      status =
          connection
              .first(
                  row -> row.optionalText(1).orElse("unknown"),
                  "select txid_status(cast(? as bigint))",
                  transaction)
              .orElseThrow();
      if (status.equals("in progress")) {
        LockSupport.parkNanos(LOCK_PAUSE_NANOS);
      }
    }
    return switch (status) {
      case "committed" -> true;
      case "aborted" -> false;
      default ->
          throw new VagusException(
              ErrorCode.DATABASE_AWAY,
              "registry database %s: transaction %s is %s"
                  .formatted(config.place(), transaction, status));
    };
  }

  /** Text is ordered by its bytes, as Java and SQLite do, whatever the database's language is. */
  @Override
  public String adapted(String statement) {
    return TEXT_COLUMN.matcher(statement).replaceAll("$1 text collate \"C\"");
  }

  @Override
  public void copyTo(Database database, Schema schema, Path target) {
    try (Database copy = Database.open(new SqliteEngine(target))) {
      Migrations.migrate(copy, schema, 0);
      database.snapshot(from -> copy.write(to -> TableCopy.toSqlite(from, to)));
    }
  }

  @Override
  public VagusException failure(SQLException e) {
    return failures.failure(e);
  }

  @Override
  public Loss loss(SQLException e) {
    return PostgresFailures.loss(e);
  }

  @Override
  public VagusException corrupt(String what, @Nullable Throwable cause) {
    return failures.corrupt(what, cause);
  }
}
