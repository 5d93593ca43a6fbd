package io.vagus.model;

/** What one record of the telemetry journal holds. */
public sealed interface JournalEntry permits Envelope, Refusals, Mark {}
