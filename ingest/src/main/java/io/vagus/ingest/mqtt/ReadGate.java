package io.vagus.ingest.mqtt;

import io.netty.channel.Channel;

/**
 * Whether a client's socket is read: not while what it sent before has no room. Confined to its
 * event loop.
 *
 * <pre>
 * open ──full──▶ closed ──room again──▶ open
 *   └──────the server stops──────▶ closed for good
 * </pre>
 */
final class ReadGate {
  private final Channel channel;
  private final InboundPublishes publishes;
  private final Runnable laneWritable = this::laneIsWritable;
  private boolean open = true;
  private boolean forGood;
  private boolean awaitingLane;

  ReadGate(Channel channel, InboundPublishes publishes) {
    this.channel = channel;
    this.publishes = publishes;
  }

  boolean isOpen() {
    return open;
  }

  boolean isClosedForGood() {
    return forGood;
  }

  void closeIfFull() {
    if (open && publishes.isFull()) {
      set(false);
      awaitLane();
    }
  }

  void closeForGood() {
    forGood = true;
    set(false);
  }

  /** Opens when there is room again. */
  void resume() {
    if (open || forGood) {
      return;
    }
    if (publishes.isFull()) {
      awaitLane();
    } else {
      set(true);
    }
  }

  /** A connection that is gone must not be held by what it waited for. */
  void connectionEnded() {
    publishes.lane().forget(laneWritable);
  }

  private void set(boolean on) {
    open = on;
    channel.config().setAutoRead(on);
  }

  /** Of all that may be full only the lane has to be asked to call back. */
  private void awaitLane() {
    if (!awaitingLane && !publishes.lane().writable()) {
      awaitingLane = true;
      publishes.lane().whenWritable(laneWritable);
    }
  }

  private void laneIsWritable() {
    awaitingLane = false;
    resume();
  }
}
