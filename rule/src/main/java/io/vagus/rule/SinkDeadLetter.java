package io.vagus.rule;

import io.vagus.model.DeviceId;
import java.time.Instant;

/**
 * What a sink could not be brought.
 *
 * @param id of the firing's action: what the sink would have known it by
 * @param body what it would have been sent
 * @param attempts that were made
 * @param at when it was given up
 */
public record SinkDeadLetter(
    String id,
    String rule,
    DeviceId device,
    String product,
    long receivedMicros,
    String body,
    int attempts,
    String why,
    Instant at) {}
