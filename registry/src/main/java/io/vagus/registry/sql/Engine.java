package io.vagus.registry.sql;

import io.vagus.kit.VagusException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one database does in its own way. */
interface Engine {

  /** What a failed statement means for the connection it ran on. */
  enum Loss {
    /** Only that the statement failed. */
    NONE,
    /** Others were in the way: the transaction is undone and may be tried again. */
    CONFLICT,
    /** The connection is gone, and what it had not committed. */
    CONNECTION
  }

  /**
   * @param file of SQLite
   */
  static Engine of(RegistryConfig config, Path file) {
    return switch (config.kind()) {
      case SQLITE -> new SqliteEngine(file);
      case POSTGRESQL -> new PostgresEngine(config);
    };
  }

  /** The connection that writes: the only one, of all processes. */
  JdbcConnection connectWriter();

  /** One that only reads. */
  JdbcConnection connectReader();

  /** Begins a transaction that writes, and names it; empty where no commit can be in doubt. */
  Optional<String> begin(JdbcConnection writer);

  String beginSnapshot();

  /** What became of a transaction whose commit was not answered. */
  boolean isCommitted(JdbcConnection connection, String transaction);

  /** A statement of the shared scripts in this database's words. */
  String adapted(String statement);

  /** Writes the last commit into a new SQLite file; writers go on meanwhile. */
  void copyTo(Database database, Schema schema, Path target);

  VagusException failure(SQLException e);

  Loss loss(SQLException e);

  /** What cannot be read, and what to do about it. */
  VagusException corrupt(String what, @Nullable Throwable cause);
}
