package io.vagus.model;

/** What a device's message is about (device contract v1). The order is stored: add at the end. */
public enum Channel {
  TELEMETRY,
  EVENTS,
  LOGS,
  REPORTED,
  TIME;

  private static final Channel[] ALL = values();

  public static Channel ofOrdinal(int ordinal) {
    return ALL[ordinal];
  }
}
