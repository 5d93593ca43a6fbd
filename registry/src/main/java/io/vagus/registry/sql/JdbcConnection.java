package io.vagus.registry.sql;

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
  private final Function<SQLException, RuntimeException> failures;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  private interface Work<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  /**
   * @param failures what an SQL failure is thrown as
   */
  JdbcConnection(Connection connection, Function<SQLException, RuntimeException> failures) {
    this.connection = connection;
    this.failures = failures;
  }

  @Override
  public int update(String sql, @Nullable Object... parameters) {
    return attempt(PreparedStatement::executeUpdate, sql, parameters);
  }

  @Override
  public <T> List<T> list(Function<SqlRow, T> reader, String sql, @Nullable Object... parameters) {
    return attempt(
        statement -> {
          List<T> rows = new ArrayList<>();
          try (ResultSet found = statement.executeQuery()) {
            SqlRow row = new JdbcRow(found, failures);
            while (found.next()) {
              rows.add(reader.apply(row));
            }
          }
          return rows;
        },
        sql,
        parameters);
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
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw failures.apply(e);
    }
  }

  /** All that the work reads is as of one commit. */
  <T> T snapshot(Supplier<T> work) {
    script(List.of("begin"));
    try {
      return work.get();
    } finally {
      script(List.of("rollback"));
    }
  }

  /** Commits, or leaves everything as it was when the work throws. */
  <T> T transaction(Supplier<T> work) {
    script(List.of("begin immediate"));
    try {
      T result = work.get();
      script(List.of("commit"));
      return result;
    } catch (RuntimeException | Error e) {
      undo(e, List.of("rollback"));
      throw e;
    }
  }

  /** A part of a transaction: what it throws undoes the part. */
  <T> T part(Supplier<T> work) {
    script(List.of("savepoint part"));
    try {
      T result = work.get();
      script(List.of("release part"));
      return result;
    } catch (RuntimeException | Error e) {
      undo(e, List.of("rollback to part", "release part"));
      throw e;
    }
  }

  private void undo(Throwable cause, List<String> statements) {
    try {
      script(statements);
    } catch (RuntimeException e) {
      // On a full disk and the like SQLite has rolled back by itself.
      cause.addSuppressed(e);
    }
  }

  private <T> T attempt(Work<T> work, String sql, @Nullable Object... parameters) {
    try {
      PreparedStatement statement = statements.get(sql);
      if (statement == null) {
        statement = connection.prepareStatement(sql);
        statements.put(sql, statement);
      }
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return work.run(statement);
    } catch (SQLException e) {
      forget(sql, e);
      throw failures.apply(e);
    }
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
      throw failures.apply(e);
    }
  }
}
