package io.vagus.ledger;

import io.vagus.model.Channel;
import io.vagus.model.DeviceId;

/**
 * What a device said of itself, as it came: something that happened, or lines of its log.
 *
 * @param id of the message
 * @param channel {@link Channel#EVENTS} or {@link Channel#LOGS}
 */
public record Note(
    String id, DeviceId device, Channel channel, long receivedMicros, byte[] payload) {}
