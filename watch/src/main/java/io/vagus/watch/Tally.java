package io.vagus.watch;

/**
 * How often something was refused for one reason.
 *
 * @param reason as {@link Refusal#reason}
 */
public record Tally(String reason, long count, long firstMicros, long lastMicros) {}
