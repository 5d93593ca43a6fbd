package io.vagus.ingest.mqtt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What changes the durable state of the broker. The log is a sequence of these, a snapshot the
 * shortest sequence that leads to the same state. {@code session} is the session's number.
 */
sealed interface SessionEvent {

  record Opened(long session, String key) implements SessionEvent {}

  record Connected(long session, long expirySeconds, @Nullable Will will) implements SessionEvent {}

  /**
   * The connection is gone.
   *
   * @param willDue whether the will is still to be published
   */
  record Disconnected(long session, long timeMicros, long expirySeconds, boolean willDue)
      implements SessionEvent {}

  /**
   * A will is on its way to the platform.
   *
   * @param sender name of the principal it is of
   */
  record WillDue(long number, String sender, Message will) implements SessionEvent {}

  /** The platform has it. */
  record WillIngested(long number) implements SessionEvent {}

  /** The will was published or withdrawn. */
  record WillGone(long session) implements SessionEvent {}

  record Subscribed(long session, Subscription subscription) implements SessionEvent {}

  record Unsubscribed(long session, String filter) implements SessionEvent {}

  /**
   * A message.
   *
   * @param retained whether it replaces the topic's retained message, or removes it when empty
   * @param receivedBy session whose QoS 2 packet identifier it was received with, or 0
   */
  record Published(
      Message message, boolean retained, long receivedBy, int receivedPacketId, List<Queued> queued)
      implements SessionEvent {}

  /** The message waits for a session. */
  record Queued(
      long session, int packetId, int qos, boolean retain, int[] subscriptionIdentifiers) {}

  /** QoS 2: a packet identifier is in use by the client until it is released. */
  record Received(long session, int packetId) implements SessionEvent {}

  record Released(long session, int packetId) implements SessionEvent {}

  /** QoS 2: the client has the message, PUBREL is next. */
  record Confirmed(long session, int packetId) implements SessionEvent {}

  /** The client has the message, or will never get it. */
  record Completed(long session, int packetId) implements SessionEvent {}

  record Ended(long session) implements SessionEvent {}
}
