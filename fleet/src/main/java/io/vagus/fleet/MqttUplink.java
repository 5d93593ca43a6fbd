package io.vagus.fleet;

import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.DeviceParts;
import io.vagus.device.DropPolicy;
import io.vagus.device.Message;
import io.vagus.device.Priority;
import io.vagus.device.StoreConfig;
import io.vagus.device.Stored;
import io.vagus.device.mqtt.Backoff;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.device.mqtt.LinkOptions;
import io.vagus.device.mqtt.Outgoing;
import io.vagus.device.mqtt.Protocol;
import io.vagus.device.mqtt.ReasonCode;
import io.vagus.kit.DataSize;
import io.vagus.kit.HostPort;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A device of the SDK that keeps its messages in memory. What it counts is its event loop's. */
final class MqttUplink implements Uplink, LinkListener {
  private static final LinkOptions LINK =
      new LinkOptions(
          Protocol.V5,
          Duration.ofMinutes(5),
          Duration.ZERO,
          new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(64)),
          8);
  private static final StoreConfig STORE =
      StoreConfig.inMemory().with(DataSize.ofMebibytes(1), DropPolicy.NEWEST);

  private final Counts counts;
  private final Device device;
  private boolean settled;

  /**
   * @param secret empty for an open server
   * @param tls whom it trusts; empty: it speaks no TLS
   * @param pacing follows desired state; empty: nobody does
   */
  MqttUplink(
      String id,
      String secret,
      HostPort server,
      Optional<SSLContext> tls,
      Optional<Pacing> pacing,
      DeviceLoops loops,
      Counts counts) {
    this.counts = counts;
    DeviceConfig config =
        new DeviceConfig(
            id,
            server,
            Optional.of(secret).filter(s -> !s.isEmpty()),
            tls.map(context -> () -> context),
            Optional.empty(),
            LINK,
            STORE);
    DeviceParts parts = DeviceParts.DEFAULT.with(this).withoutTime();
    this.device = Device.open(config, loops, pacing.map(parts::withDesired).orElse(parts));
  }

  @Override
  public void connect() {
    device.connect();
  }

  @Override
  public void send(byte[] payload) {
    counts.sent.increment();
    Message message = new Message.Payload(Priority.NORMAL, "telemetry", false, payload);
    if (device.send(message) instanceof Stored.Dropped) {
      counts.dropped.increment();
    }
  }

  @Override
  public void drop() {
    device.dropConnection();
  }

  @Override
  public void stop() {
    device.close();
  }

  @Override
  public void connected() {
    settle();
    counts.connections.increment();
    counts.open.increment();
  }

  @Override
  public void refused(int reasonCode) {
    counts.failed("connection refused: " + ReasonCode.name(reasonCode));
  }

  @Override
  public void acknowledged(Outgoing message, int reasonCode, long nanos) {
    if (reasonCode >= 0x80) {
      counts.refused(ReasonCode.name(reasonCode));
    } else {
      counts.acknowledged(nanos);
    }
  }

  @Override
  public void resent() {
    counts.resent.increment();
  }

  @Override
  public void failed(String what) {
    counts.failed(what);
  }

  @Override
  public void closed(boolean wasConnected) {
    settle();
    if (wasConnected) {
      counts.open.decrement();
    }
  }

  private void settle() {
    if (!settled) {
      settled = true;
      counts.settled.increment();
    }
  }
}
