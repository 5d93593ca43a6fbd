package io.vagus.model;

import java.util.Optional;

/**
 * A device's message as received, with what ingest knows of it. Its payload is untouched, so that a
 * mended decoder can be run over the past.
 *
 * @param gateway the device whose connection it came over, when not its own
 * @param receivedMicros wall clock of the server, UTC
 * @param contentType as the device said, lower case; empty when it said nothing
 * @param messageId the device's own idempotency key, when it gave one outside the payload
 * @param product whose model judges it
 * @param modelVersion the version in force when it came
 * @param redelivery the device says it may have sent this before (MQTT DUP, MQTT 5.0 §3.3.1.1)
 * @param packetId MQTT packet identifier, 0 without one; tells redeliveries apart from repeats
 * @param payload owned by this record
 */
public record Envelope(
    DeviceId device,
    Optional<DeviceId> gateway,
    Channel channel,
    Transport transport,
    long receivedMicros,
    String contentType,
    Optional<String> messageId,
    String product,
    int modelVersion,
    boolean redelivery,
    int packetId,
    byte[] payload)
    implements JournalEntry {}
