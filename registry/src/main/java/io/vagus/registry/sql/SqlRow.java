package io.vagus.registry.sql;

import java.time.Instant;
import java.util.Optional;

/** A row that was found. Columns count from 1. Good until the next row is read. */
public interface SqlRow {

  /** Not null. */
  String text(int column);

  Optional<String> optionalText(int column);

  /** Not null. */
  long number(int column);

  Optional<Double> optionalReal(int column);

  /** Microseconds since the epoch, not null. */
  Instant time(int column);

  Optional<Instant> optionalTime(int column);

  /** Not null. */
  byte[] bytes(int column);

  /** As the database gives it: a String, Integer, Long, Double or byte[]. */
  Optional<Object> value(int column);
}
