package io.vagus.bench;

import io.vagus.bench.mqtt.ConnectionListener;
import io.vagus.bench.mqtt.DeviceConnection;
import io.vagus.bench.mqtt.MessageWriter;
import io.vagus.kit.MonotonicClock;
import org.jspecify.annotations.Nullable;

/** One connection of a load, counted by its loop. Confined to its event loop while it lasts. */
final class LoadConnection implements ConnectionListener {
  private final LoadLoop loop;
  private final int number;
  private final DeviceConnection device;
  private @Nullable Acknowledged acknowledged;

  /** Hears of each acknowledgement. */
  interface Acknowledged {
    void message(long number);
  }

  /**
   * @param number tells the load's connections apart
   * @param window publishes that may be unacknowledged
   */
  LoadConnection(
      DeviceConnection.Login login, MessageWriter writer, LoadLoop loop, int number, int window) {
    this.loop = loop;
    this.number = number;
    this.device =
        new DeviceConnection(login, writer, this, loop.wall(), MonotonicClock.system(), window);
  }

  DeviceConnection device() {
    return device;
  }

  int number() {
    return number;
  }

  void onAcknowledged(Acknowledged listener) {
    acknowledged = listener;
  }

  @Override
  public void connected() {
    loop.connected();
  }

  @Override
  public void refused(int reasonCode) {
    loop.failed("connection refused with reason 0x" + Integer.toHexString(reasonCode));
  }

  @Override
  public void acknowledged(long message, int reasonCode, long nanos) {
    boolean refused = reasonCode >= 0x80;
    if (acknowledged != null && !refused) {
      acknowledged.message(message);
    }
    // Last: who reads this count sees the message acknowledged.
    loop.acknowledged(nanos, refused);
  }

  @Override
  public void resent() {
    loop.resent();
  }

  @Override
  public void failed(String what) {
    loop.failed(what);
  }

  @Override
  public void closed(boolean wasConnected) {
    if (wasConnected) {
      loop.disconnected();
    }
  }
}
