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
  private final Acknowledgements owner;
  private final Route route;
  private int waits;
  ReasonCode reason = ReasonCode.SUCCESS;
  String why = "";

  /**
   * An acknowledgement to be.
   *
   * @param waits how many answers it waits for: of the lane, of the broker
   */
  PendingAck(Acknowledgements owner, Route route, int packetId, int qos, int waits) {
    this.owner = owner;
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
      owner.send();
    }
  }

  @Override
  public void durable(long offset) {
    owner.journaled(this);
  }

  @Override
  public void deadLettered(long offset, ErrorCode code, String cause) {
    reason =
        code == ErrorCode.COMMAND_UNKNOWN
            ? ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR
            : ReasonCode.PAYLOAD_FORMAT_INVALID;
    why = cause;
    settle();
  }

  /** MQTT 3.1.1 has no word for it; the processing stage tells on the device's error topic. */
  @Override
  public boolean wantsVerdict() {
    return owner.canRefuse();
  }

  /** The client sends it again, to whoever serves it next. */
  @Override
  public void abandoned() {
    owner.abandoned();
  }
}
