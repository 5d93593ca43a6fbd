package io.vagus.registry.sql;

import io.vagus.kit.VagusException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What one database does in its own way. */
interface Engine {

  /** The connection that writes. */
  JdbcConnection connectWriter();

  /** One that only reads. */
  JdbcConnection connectReader();

  /** Writes the last commit into a new SQLite file; writers go on meanwhile. */
  void copyTo(Path target);

  /** What cannot be read, and what to do about it. */
  VagusException corrupt(String what, @Nullable Throwable cause);
}
