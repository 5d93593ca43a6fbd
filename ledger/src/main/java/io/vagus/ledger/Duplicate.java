package io.vagus.ledger;

import io.vagus.model.DeviceId;
import java.util.Optional;

/**
 * Both copies of a message that came twice, by their ids; {@link Ledger#trace} tells the rest.
 *
 * @param gateway over which this copy came; empty when the device sent it itself
 * @param duplicateOfGateway over which the first copy came; empty also once the journal no longer
 *     holds it
 */
public record Duplicate(
    DeviceId device,
    String id,
    Optional<DeviceId> gateway,
    String duplicateOf,
    Optional<DeviceId> duplicateOfGateway,
    DuplicateCause cause,
    long receivedMicros) {}
