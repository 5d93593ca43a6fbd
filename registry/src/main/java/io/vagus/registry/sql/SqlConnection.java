package io.vagus.registry.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
 * thread at a time by {@link SqliteFile}.
 */
final class SqlConnection implements AutoCloseable {
  private final Connection connection;
  private final Function<SQLException, RuntimeException> failures;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  /**
   * @param failures what an SQL failure is thrown as
   */
  SqlConnection(Connection connection, Function<SQLException, RuntimeException> failures) {
    this.connection = connection;
    this.failures = failures;
  }

  /** How many rows changed. Parameters: String, Integer, Long or null. */
  int update(String sql, @Nullable Object... parameters) {
    return attempt(() -> prepared(sql, parameters).executeUpdate());
  }

  <T> List<T> list(RowReader<T> reader, String sql, @Nullable Object... parameters) {
    return attempt(() -> {
      List<T> rows = new ArrayList<>();
      try (ResultSet row = prepared(sql, parameters).executeQuery()) {
        while (row.next()) {
          rows.add(reader.read(row));
        }
      }
      return rows;
    });
  }

  <T> Optional<T> first(RowReader<T> reader, String sql, @Nullable Object... parameters) {
    return list(reader, sql, parameters).stream().findFirst();
  }

  long number(String sql, @Nullable Object... parameters) {
    return first(row -> row.getLong(1), sql, parameters).orElse(0L);
  }

  /** Statements without parameters that are run once. */
  void script(List<String> sqls) {
    attempt(() -> {
      try (var statement = connection.createStatement()) {
        for (String sql : sqls) {
          statement.execute(sql);
        }
      }
      return true;
    });
  }

  /** Commits, or leaves everything as it was when the work throws. */
  <T> T transaction(Supplier<T> work) {
    boolean done = false;
    attempt(() -> {
      connection.setAutoCommit(false);
      return true;
    });
    try {
      T result = work.get();
      attempt(() -> {
        connection.commit();
        return true;
      });
      done = true;
      return result;
    } finally {
      end(done);
    }
  }

  private void end(boolean committed) {
    attempt(() -> {
      if (!committed) {
        connection.rollback();
      }
      connection.setAutoCommit(true);
      return true;
    });
  }

  private PreparedStatement prepared(String sql, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  private <T> T attempt(Work<T> work) {
    try {
      return work.run();
    } catch (SQLException e) {
      throw failures.apply(e);
    }
  }

  @Override
  public void close() {
    attempt(() -> {
      connection.close();
      return true;
    });
  }
}
