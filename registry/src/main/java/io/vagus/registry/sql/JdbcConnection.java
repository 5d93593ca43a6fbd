package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.sql.Engine.Loss;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection with its prepared statements: the little of SQL that the registry needs, in place of
 * a library that takes longer to start than the registry (docs/decisions/0013). Confined to one
 * thread at a time by {@link Database}.
 */
final class JdbcConnection implements SqlConnection, AutoCloseable {
  private final Connection connection;
  private final Engine engine;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  /** A statement failed, and nothing was undone since. */
  private boolean failed;

  private Loss loss = Loss.NONE;

  private interface Work<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  JdbcConnection(Connection connection, Engine engine) {
    this.connection = connection;
    this.engine = engine;
  }

  @Override
  public int update(String sql, @Nullable Object... parameters) {
    return attempt(
        statement -> {
          set(statement, parameters);
          return statement.executeUpdate();
        },
        sql);
  }

  @Override
  public void updateAll(String sql, List<@Nullable Object[]> rows) {
    if (rows.isEmpty()) {
      return;
    }
    attempt(
        statement -> {
          for (@Nullable Object[] parameters : rows) {
            set(statement, parameters);
            statement.addBatch();
          }
          return statement.executeBatch();
        },
        sql);
  }

  @Override
  public <T> List<T> list(Function<SqlRow, T> reader, String sql, @Nullable Object... parameters) {
    return attempt(
        statement -> {
          set(statement, parameters);
          List<T> rows = new ArrayList<>();
          try (ResultSet found = statement.executeQuery()) {
            SqlRow row = new JdbcRow(found, this::failure);
            while (found.next()) {
              rows.add(reader.apply(row));
            }
          }
          return rows;
        },
        sql);
  }

  @Override
  public <T> Optional<T> first(
      Function<SqlRow, T> reader, String sql, @Nullable Object... parameters) {
    return list(reader, sql, parameters).stream().findFirst();
  }

  @Override
  public long number(String sql, @Nullable Object... parameters) {
    return first(row -> row.number(1), sql, parameters).orElse(0L);
  }

  @Override
  public void script(List<String> sqls) {
    try (Statement statement = connection.createStatement()) {
      for (String sql : sqls) {
        statement.execute(engine.adapted(sql));
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** All that the work reads is as of one commit. */
  <T> T snapshot(Supplier<T> work) {
    script(List.of(engine.beginSnapshot()));
    try {
      return work.get();
    } finally {
      if (loss != Loss.CONNECTION) {
        script(List.of("rollback"));
      }
    }
  }

  /** A transaction that writes is to begin with this statement. */
  void begin(String statement) {
    failed = false;
    loss = Loss.NONE;
    script(List.of(statement));
  }

  /** Not when a statement failed that nothing was undone for: half of a change is none. */
  void commit() {
    if (failed) {
      throw new VagusException(
          ErrorCode.INTERNAL, "a statement failed, and its transaction was to go on without it");
    }
    script(List.of("commit"));
  }

  /** Leaves everything as it was before the transaction. */
  void rollback(Throwable cause) {
    undo(cause, List.of("rollback"));
  }

  /** A part of a transaction: what it throws undoes the part. */
  <T> T part(Supplier<T> work) {
    script(List.of("savepoint part"));
    boolean failedBefore = failed;
    try {
      T result = work.get();
      script(List.of("release savepoint part"));
      return result;
    } catch (RuntimeException | Error e) {
      if (undo(e, List.of("rollback to savepoint part", "release savepoint part"))) {
        failed = failedBefore;
      }
      throw e;
    }
  }

  private boolean undo(Throwable cause, List<String> statements) {
    try {
      script(statements);
      return true;
    } catch (RuntimeException e) {
      // On a full disk and the like SQLite has rolled back by itself.
      cause.addSuppressed(e);
      return false;
    }
  }

  /** Asks the database. */
  boolean isThere() {
    try {
      return number("select 1") == 1;
    } catch (VagusException e) {
      return false;
    }
  }

  /** What the worst failure since the transaction's beginning means for it. */
  Loss loss() {
    return loss;
  }

  private <T> T attempt(Work<T> work, String sql) {
    try {
      PreparedStatement statement = statements.get(sql);
      if (statement == null) {
        statement = connection.prepareStatement(sql);
        statements.put(sql, statement);
      }
      return work.run(statement);
    } catch (SQLException e) {
      forget(sql, e);
      throw failure(e);
    } catch (AssertionError e) {
      // With assertions on, PostgreSQL's driver fails one of its own when a connection is lost
      // amid a batch, in place of saying so.
      SQLException lost = new SQLException("the connection was lost amid a batch", "08006", e);
      forget(sql, lost);
      throw failure(lost);
    }
  }

  private static void set(PreparedStatement statement, @Nullable Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
  }

  /** Of many in one go it is the one that failed: the driver's own words repeat what was sent. */
  private static SQLException first(SQLException e) {
    return e instanceof BatchUpdateException && e.getNextException() != null
        ? e.getNextException()
        : e;
  }

  private VagusException failure(SQLException thrown) {
    SQLException e = first(thrown);
    failed = true;
    Loss now = engine.loss(e);
    loss = now.compareTo(loss) > 0 ? now : loss;
    return engine.failure(e);
  }

  /** The driver finalizes a statement that failed: it cannot be used again. */
  private void forget(String sql, SQLException cause) {
    try (PreparedStatement failed = statements.remove(sql)) {
      return;
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      if (engine.loss(e) != Loss.CONNECTION) {
        throw engine.failure(e);
      }
    }
  }
}
