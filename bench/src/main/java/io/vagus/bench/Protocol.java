package io.vagus.bench;

/** The version of MQTT that the load speaks. */
enum Protocol {
  V3(4),
  V5(5);

  /** As CONNECT says it (MQTT 5.0 §3.1.2.2). */
  final int level;

  Protocol(int level) {
    this.level = level;
  }
}
