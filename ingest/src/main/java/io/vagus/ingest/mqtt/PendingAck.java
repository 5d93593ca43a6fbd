package io.vagus.ingest.mqtt;

import io.vagus.ingest.Receipt;
import io.vagus.kit.ErrorCode;

/**
 * A QoS 1 or 2 message whose acknowledgement is due once all it waits for has happened. Confined to
 * its event loop.
 */
final class PendingAck implements Receipt {
  final int packetId;
  final int qos;
  private final InboundPublishes publishes;
  private final Route route;
  private int waits;
  ReasonCode reason = ReasonCode.SUCCESS;
  String why = "";

  /**
   * An acknowledgement to be.
   *
   * @param waits how many answers it waits for: of the lane, of the broker
   */
  PendingAck(InboundPublishes publishes, Route route, int packetId, int qos, int waits) {
    this.publishes = publishes;
    this.route = route;
    this.packetId = packetId;
    this.qos = qos;
    this.waits = waits;
  }

  /** Whether the message is for subscribers and nobody else. */
  boolean isForSubscribers() {
    return route instanceof Route.PubSub;
  }

  boolean isSettled() {
    return waits == 0;
  }

  void settle() {
    waits--;
    if (waits == 0) {
      publishes.acknowledgeSettled();
    }
  }

  @Override
  public void durable(long offset) {
    publishes.journaled(this);
  }

  @Override
  public void deadLettered(long offset, ErrorCode code, String cause) {
    reason = ReasonCode.PAYLOAD_FORMAT_INVALID;
    why = cause;
    settle();
  }

  /** MQTT 3.1.1 has no word for it; the processing stage tells on the device's error topic. */
  @Override
  public boolean wantsVerdict() {
    return publishes.canRefuse();
  }

  /** The client sends it again, to whoever serves it next. */
  @Override
  public void abandoned() {
    publishes.abandoned();
  }
}
