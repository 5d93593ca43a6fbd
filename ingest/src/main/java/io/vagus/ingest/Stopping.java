package io.vagus.ingest;

/**
 * Fired through each connection's pipeline when the server stops: read no more, answer what is in
 * flight, then close.
 */
public enum Stopping {
  EVENT
}
