package io.vagus.ingest.mqtt;

/**
 * A message on its way to one client. Owned by the broker thread; an event loop that writes it
 * reads the final fields only.
 */
final class Outgoing {
  static final int[] NO_IDENTIFIERS = {};

  final Message message;

  /** Given when it is queued, so that it is durable with the message; 0 for QoS 0. */
  final int packetId;

  final int qos;
  final boolean retain;
  final int[] subscriptionIdentifiers;

  /** The batch of the log that holds it: it is not sent before that is durable. */
  long logged;

  /** Order among all messages of the broker. */
  long order;

  /** Sent on an earlier connection, or perhaps before a restart. */
  boolean redelivery;

  /** PUBREC came: from here on it is PUBREL that is repeated (MQTT 5.0 §4.3.3). */
  boolean released;

  /** What the client has to say next, once this is in flight (§4.3). */
  enum Awaited {
    PUBACK,
    PUBREC,
    PUBCOMP
  }

  Outgoing(Message message, int packetId, int qos, boolean retain, int[] subscriptionIdentifiers) {
    this.message = message;
    this.packetId = packetId;
    this.qos = qos;
    this.retain = retain;
    this.subscriptionIdentifiers = subscriptionIdentifiers;
  }

  Awaited awaited() {
    return qos == 1 ? Awaited.PUBACK : released ? Awaited.PUBCOMP : Awaited.PUBREC;
  }
}
