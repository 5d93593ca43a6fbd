package io.vagus.registry.sql;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a step of a transaction may do. Statements are such that SQLite and PostgreSQL both take
 * them: {@code on conflict … do update}, {@code returning}, {@code bigint} for times and counts,
 * {@code integer} for yes and no. Parameters: String, Integer, Long, Double, byte[] or null. What
 * fails is a {@code VagusException}, and undoes the transaction.
 *
 * <p>Confined to the thread that was given it, until its function returns.
 */
public interface SqlConnection {

  /** How many rows changed. */
  int update(String sql, @Nullable Object... parameters);

  /** The statement once for each row of parameters, in one go. */
  void updateAll(String sql, List<@Nullable Object[]> rows);

  /** All rows, in the statement's order. */
  <T> List<T> list(Function<SqlRow, T> reader, String sql, @Nullable Object... parameters);

  <T> Optional<T> first(Function<SqlRow, T> reader, String sql, @Nullable Object... parameters);

  /** The first column of the first row; 0 when there is none or it is null. */
  long number(String sql, @Nullable Object... parameters);

  /** Statements without parameters that are run once. */
  void script(List<String> sqls);
}
