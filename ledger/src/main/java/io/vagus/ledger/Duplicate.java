package io.vagus.ledger;

import io.vagus.model.DeviceId;

/** Both copies of a message that came twice, by their ids; {@link Ledger#trace} tells the rest. */
public record Duplicate(
    DeviceId device, String id, String duplicateOf, DuplicateCause cause, long receivedMicros) {}
