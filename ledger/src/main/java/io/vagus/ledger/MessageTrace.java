package io.vagus.ledger;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One message's way through the platform. Times are microseconds since the epoch, UTC.
 *
 * @param id the server's own: unique, and where the journal holds it
 * @param gateway over which it came; empty when the device sent it itself
 * @param deviceMessageId the device's idempotency key, when it gave one
 * @param generatedMicros by the device's clock
 * @param reason of a rejected or dead-lettered one
 * @param why of a dead-lettered one, while the dead letter is kept
 * @param cause of a duplicate
 * @param duplicateOf id of the first copy
 * @param sizeBytes of its payload
 */
public record MessageTrace(
    String id,
    DeviceId device,
    Optional<DeviceId> gateway,
    Optional<String> deviceMessageId,
    Transport transport,
    Outcome outcome,
    Optional<ErrorCode> reason,
    Optional<String> why,
    Optional<DuplicateCause> cause,
    Optional<String> duplicateOf,
    int sizeBytes,
    OptionalLong generatedMicros,
    OptionalLong receivedMicros,
    OptionalLong durableMicros,
    OptionalLong processedMicros,
    OptionalLong storedMicros) {}
