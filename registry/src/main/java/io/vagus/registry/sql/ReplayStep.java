package io.vagus.registry.sql;

import io.vagus.registry.Event;

/**
 * Makes rows of an event, by the same statements that the change itself used. Does nothing else:
 * nothing is sent to any device.
 */
public interface ReplayStep {
  /** Of what changes no table. */
  ReplayStep NOTHING = (sql, event) -> {};

  void apply(SqlConnection sql, Event event);
}
