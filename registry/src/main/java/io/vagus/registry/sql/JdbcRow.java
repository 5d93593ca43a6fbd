package io.vagus.registry.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** A row of JDBC. Confined to the thread that reads it. */
record JdbcRow(ResultSet row, Function<SQLException, RuntimeException> failures) implements SqlRow {
  private interface Column<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> T read(Column<T> column) {
    try {
      return column.read(row);
    } catch (SQLException e) {
      throw failures.apply(e);
    }
  }

  @Override
  public String text(int column) {
    return read(r -> r.getString(column));
  }

  @Override
  public Optional<String> optionalText(int column) {
    return read(r -> Optional.ofNullable(r.getString(column)));
  }

  @Override
  public long number(int column) {
    return read(r -> r.getLong(column));
  }

  @Override
  public Optional<Double> optionalReal(int column) {
    return read(r -> {
      double value = r.getDouble(column);
      return r.wasNull() ? Optional.empty() : Optional.of(value);
    });
  }

  @Override
  public Instant time(int column) {
    return Times.instant(number(column));
  }

  @Override
  public Optional<Instant> optionalTime(int column) {
    return read(r -> {
      long micros = r.getLong(column);
      return r.wasNull() ? Optional.empty() : Optional.of(Times.instant(micros));
    });
  }

  @Override
  public byte[] bytes(int column) {
    return read(r -> r.getBytes(column));
  }

  @Override
  public Optional<Object> value(int column) {
    return read(r -> Optional.ofNullable(r.getObject(column)));
  }
}
