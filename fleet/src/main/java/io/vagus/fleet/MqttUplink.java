package io.vagus.fleet;

import io.vagus.fleet.mqtt.ConnectionListener;
import io.vagus.fleet.mqtt.Connector;
import io.vagus.fleet.mqtt.DeviceConnection;
import io.vagus.fleet.mqtt.MessageWriter;
import io.vagus.fleet.mqtt.Packet;
import io.vagus.fleet.mqtt.Protocol;
import io.vagus.fleet.mqtt.ReasonCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device that speaks MQTT 5: sends with QoS 1, and comes back after a lost connection, later each
 * time and never all at once. What it counts and holds is confined to its event loop.
 */
final class MqttUplink implements Uplink, ConnectionListener, MessageWriter {
  private static final int WINDOW = 8;
  private static final long FIRST_WAIT_MILLIS = 1000;
  private static final int MAX_DOUBLINGS = 6;

  private final Connector connector;
  private final ScheduledExecutorService home;
  private final InetSocketAddress server;
  private final int number;
  private final Counts counts;
  private final Dice dice;
  private final byte[] topic;
  private final DeviceConnection connection;
  private final Queue<byte[]> outbox = new ArrayDeque<>();
  private final byte[] @Nullable [] inFlight = new byte[WINDOW][];
  private long taken;
  private int attempts;
  private boolean settled;
  private boolean stopped;

  /**
   * @param number tells the process's connections apart
   */
  MqttUplink(
      DeviceConnection.Login login,
      Connector connector,
      InetSocketAddress server,
      int number,
      Counts counts,
      Dice dice) {
    this.connector = connector;
    this.home = connector.nextHome();
    this.server = server;
    this.number = number;
    this.counts = counts;
    this.dice = dice.of("reconnect");
    this.topic = ("v1/" + login.clientId() + "/telemetry").getBytes(StandardCharsets.UTF_8);
    this.connection =
        new DeviceConnection(
            login, this, this, WallClock.system(), MonotonicClock.system(), WINDOW);
  }

  static DeviceConnection.Login login(String device, String secret) {
    return new DeviceConnection.Login(Protocol.V5, device, secret, false);
  }

  @Override
  public void connect() {
    connector.connect(connection, home, server, number);
  }

  @Override
  public void send(byte[] payload) {
    counts.sent.increment();
    home.execute(() -> {
      if (outbox.size() >= BUFFER) {
        counts.dropped.increment();
      } else {
        outbox.add(payload);
        connection.allow(1);
      }
    });
  }

  @Override
  public void drop() {
    home.execute(connection::drop);
  }

  @Override
  public void stop() {
    home.execute(() -> stopped = true);
  }

  @Override
  public byte[] packet(int packetId, boolean dup, long message, long timeMicros) {
    if (message == taken) {
      taken++;
      inFlight[packetId - 1] = outbox.remove();
    }
    byte[] payload = Objects.requireNonNull(inFlight[packetId - 1]);
    int remaining = 2 + topic.length + 2 + 1 + payload.length;
    return new Packet(remaining + 5)
        .put(dup ? 0x3A : 0x32)
        .putLength(remaining)
        .putBlock(topic)
        .putShort(packetId)
        .putLength(0)
        .put(payload)
        .bytes();
  }

  @Override
  public void connected() {
    attempts = 0;
    settle();
    counts.connections.increment();
    counts.open.increment();
  }

  @Override
  public void refused(int reasonCode) {
    counts.failed("connection refused: " + ReasonCode.name(reasonCode));
  }

  @Override
  public void acknowledged(long message, int reasonCode, long nanos) {
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
    if (!stopped) {
      attempts++;
      try {
        var _ = home.schedule(this::again, backoffMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        // The event loops have stopped.
      }
    }
  }

  private void settle() {
    if (!settled) {
      settled = true;
      counts.settled.increment();
    }
  }

  private void again() {
    if (!stopped) {
      connect();
    }
  }

  /** Half of it fixed, half by chance: a fleet that lost its server does not return as one. */
  private long backoffMillis() {
    long most = FIRST_WAIT_MILLIS << Math.min(attempts - 1, MAX_DOUBLINGS);
    return most / 2 + (long) (dice.uniform(attempts) * most / 2);
  }
}
