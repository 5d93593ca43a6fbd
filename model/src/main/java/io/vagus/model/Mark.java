package io.vagus.model;

/**
 * It is this late, and from here on this revision of the rules is in force. So that neither the
 * time nor the rules that a message is judged by depend on when that is done.
 *
 * @param timeMicros by the server's clock
 * @param revision of the rule book
 */
public record Mark(long timeMicros, long revision) implements JournalEntry {}
