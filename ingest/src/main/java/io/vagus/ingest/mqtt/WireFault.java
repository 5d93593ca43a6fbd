package io.vagus.ingest.mqtt;

/**
 * A packet that breaks the standard; nothing that follows it on the connection is read.
 *
 * @param inConnect whether it was the first packet, a CONNECT
 * @param protocolLevel what that CONNECT asked for, 0 when it cannot be said
 */
record WireFault(ReasonCode reason, boolean inConnect, int protocolLevel) {}
