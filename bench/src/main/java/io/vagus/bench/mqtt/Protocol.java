package io.vagus.bench.mqtt;

/** The version of MQTT that a device speaks. */
public enum Protocol {
  V3(4),
  V5(5);

  /** As CONNECT says it (MQTT 5.0 §3.1.2.2). */
  public final int level;

  Protocol(int level) {
    this.level = level;
  }
}
