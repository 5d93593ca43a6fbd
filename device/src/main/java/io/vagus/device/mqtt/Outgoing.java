package io.vagus.device.mqtt;

/**
 * A message on its way up, with QoS 1.
 *
 * @param number rises from message to message of one device
 * @param lane of several that its sender keeps apart
 * @param topic below the device's own, such as {@code telemetry}
 * @param messageId sent as user property {@code message-id} (MQTT 5); empty: none
 */
public record Outgoing(long number, int lane, String topic, String messageId, byte[] payload) {}
