package io.vagus.model;

import org.jspecify.annotations.Nullable;

/**
 * One value of one metric. All times are microseconds since the epoch, UTC.
 *
 * @param timeMicros corrected time: what ordering, ranges and roll-ups use
 * @param deviceTimeMicros by the device's own clock; equals {@code receivedMicros} when it gave
 *     none
 * @param receivedMicros by the server's clock
 * @param number the value; 0 or 1 for a boolean; NaN when {@code text} holds it
 * @param text the value of a text metric
 * @param quality bits of {@link Quality}
 */
public record Reading(
    DeviceId device,
    String metric,
    long timeMicros,
    long deviceTimeMicros,
    long receivedMicros,
    double number,
    @Nullable String text,
    int quality) {}
