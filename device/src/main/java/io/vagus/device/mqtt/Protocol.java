package io.vagus.device.mqtt;

/** The version of MQTT that a device speaks. */
public enum Protocol {
  V3_1_1,
  V5
}
