package io.vagus.model;

import java.util.Locale;

/** The listener a message came through. The order is stored: add at the end only. */
public enum Transport {
  MQTT,
  MQTTS,
  WS,
  WSS,
  HTTP,
  HTTPS,
  /** Put back from the dead letters. */
  REPLAY;

  private static final Transport[] ALL = values();

  private final String label = name().toLowerCase(Locale.ROOT);

  /** As metrics and the ledger show it. */
  public String label() {
    return label;
  }

  public static Transport ofOrdinal(int ordinal) {
    return ALL[ordinal];
  }
}
