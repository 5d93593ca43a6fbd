package io.vagus.model;

/** What values a metric takes. Booleans are stored as 0 and 1. */
public enum MetricType {
  NUMBER,
  INTEGER,
  BOOLEAN,
  TEXT
}
