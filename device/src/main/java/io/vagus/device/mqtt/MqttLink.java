package io.vagus.device.mqtt;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.timeout.IdleStateHandler;
import io.vagus.kit.MonotonicClock;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A device's connection over time: it keeps a window of unacknowledged messages full, sends again
 * what was not acknowledged, and comes back by itself. What it holds is confined to its event loop;
 * its public methods may be called from anywhere.
 *
 * <pre>
 * idle ─start─▶ connecting ─CONNACK─▶ open ─stop─▶ stopped
 *                  ▲  └──failure──┐     └─lost─┐
 *                  └───backoff─── waiting ◀────┘
 * </pre>
 */
public final class MqttLink {
  private enum State {
    IDLE,
    CONNECTING,
    OPEN,
    WAITING,
    STOPPED
  }

  private final Login login;
  private final String prefix;
  private final DeviceLoops loops;
  private final ScheduledExecutorService home;
  private final int number;
  private final Outbox outbox;
  private final LinkListener listener;
  private final Set<String> filters;
  private final RandomGenerator random;
  private final InFlight inFlight;
  private final AtomicBoolean awake = new AtomicBoolean();

  private LinkOptions options;
  private LinkOptions greeted;
  private State state = State.IDLE;
  private @Nullable ChannelHandlerContext open;
  private int failures;
  private int window;
  private long maxPacketBytes = Integer.MAX_VALUE;

  /**
   * @param filters of topics below the device's own that it hears
   */
  public MqttLink(
      Login login,
      LinkOptions options,
      DeviceLoops loops,
      Outbox outbox,
      LinkListener listener,
      Set<String> filters,
      RandomGenerator random) {
    this.login = login;
    this.prefix = "v1/" + login.device() + "/";
    this.options = options;
    this.greeted = options;
    this.loops = loops;
    this.home = loops.nextHome();
    this.number = loops.nextNumber();
    this.outbox = outbox;
    this.listener = listener;
    this.filters = Set.copyOf(filters);
    this.random = random;
    this.inFlight = new InFlight(options.window(), MonotonicClock.system());
  }

  /** Where its listener and its outbox are called. */
  public ScheduledExecutorService home() {
    return home;
  }

  /** Connects, and comes back until it is stopped. */
  public void start() {
    onLoop(() -> {
      if (state == State.IDLE) {
        connect();
      }
    });
  }

  /** There may be something to send. */
  public void wake() {
    if (awake.compareAndSet(false, true)) {
      onLoop(() -> {
        awake.set(false);
        fill();
      });
    }
  }

  /** Says it now or never: with QoS 0, to a topic below the device's own. */
  public void say(String topic, byte[] payload) {
    onLoop(() -> {
      ChannelHandlerContext ctx = open;
      if (ctx != null) {
        var _ = ctx.writeAndFlush(Packets.unacknowledged(prefix + topic, payload));
      }
    });
  }

  /** Ends the connection without a word, as a lost link does; the device comes back by itself. */
  public void drop() {
    onLoop(this::closeChannel);
  }

  /** From the next connection on, which begins at once when there is one. */
  public void use(LinkOptions other) {
    onLoop(() -> {
      options = other;
      greetAnew();
    });
  }

  /** Says good-bye and connects at once anew, its session kept: it has another certificate. */
  public void greetAgain() {
    onLoop(() -> {
      if (open != null && state == State.OPEN) {
        state = State.CONNECTING;
        bye();
      }
    });
  }

  /** What changed since CONNECT needs another one: no failure, it comes back without a wait. */
  private void greetAnew() {
    if (open != null && !options.equals(greeted) && state == State.OPEN) {
      state = State.CONNECTING;
      bye();
    }
  }

  /** Says good-bye and comes back no more. */
  public void stop() {
    onLoop(() -> {
      state = State.STOPPED;
      bye();
    });
  }

  void onLoop(Runnable work) {
    try {
      home.execute(work);
    } catch (RejectedExecutionException e) {
      // The event loops have stopped, and all connections with them.
    }
  }

  private void bye() {
    ChannelHandlerContext ctx = open;
    if (ctx != null) {
      var _ = ctx.writeAndFlush(MqttMessage.DISCONNECT).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void closeChannel() {
    ChannelHandlerContext ctx = open;
    if (ctx != null) {
      var _ = ctx.close();
    }
  }

  private void connect() {
    state = State.CONNECTING;
    loops.connect(this, home, number);
  }

  Login login() {
    return login;
  }

  LinkListener listener() {
    return listener;
  }

  boolean isOpen() {
    return open != null;
  }

  MqttMessage connectPacket() {
    greeted = options;
    return Packets.connect(login, options);
  }

  void answered(ChannelHandlerContext ctx, MqttConnAckMessage packet) {
    int reason = packet.variableHeader().connectReturnCode().byteValue() & 0xFF;
    if (reason != 0) {
      failures += ReasonCode.saysBusy(reason) ? Backoff.BUSY_DOUBLINGS : 0;
      listener.refused(reason);
      var _ = ctx.close();
      return;
    }
    boolean unasked =
        packet.variableHeader().isSessionPresent() && options.sessionExpiry().isZero();
    if (unasked) {
      listener.failed("a session that was not asked for"); // MQTT 5.0 [MQTT-3.2.2-2]
    }
    if (unasked || state == State.STOPPED) {
      var _ = ctx.close();
      return;
    }
    MqttProperties hints = packet.variableHeader().properties();
    int receiveMaximum = hint(hints, MqttProperties.RECEIVE_MAXIMUM, 65_535);
    window = Math.max(1, Math.min(options.window(), receiveMaximum));
    maxPacketBytes = Integer.toUnsignedLong(hint(hints, MqttProperties.MAXIMUM_PACKET_SIZE, -1));
    watch(
        ctx, hint(hints, MqttProperties.SERVER_KEEP_ALIVE, (int) options.keepAlive().toSeconds()));
    state = State.OPEN;
    open = ctx;
    failures = 0;
    listener.connected();
    if (!filters.isEmpty()) {
      var _ = ctx.write(Packets.subscribe(prefix, filters));
    }
    resend(ctx, packet.variableHeader().isSessionPresent());
    fill();
    greetAnew();
  }

  private static int hint(MqttProperties hints, int id, int otherwise) {
    return hints.getProperty(id) instanceof MqttProperties.IntegerProperty property
        ? property.value()
        : otherwise;
  }

  /** Half of the keep alive is the latest ping, all of it the latest answer. */
  private static void watch(ChannelHandlerContext ctx, int seconds) {
    if (seconds > 0) {
      long millis = seconds * 1000L;
      ctx.pipeline()
          .addBefore(
              ctx.name(),
              "idle",
              new IdleStateHandler(millis, millis / 2, 0, TimeUnit.MILLISECONDS));
    }
  }

  private void resend(ChannelHandlerContext ctx, boolean sessionPresent) {
    for (InFlight.Sent sent : inFlight.again()) {
      listener.resent();
      write(ctx, sent, sessionPresent);
    }
  }

  private void fill() {
    ChannelHandlerContext ctx = open;
    if (ctx == null || state != State.OPEN) {
      return;
    }
    while (inFlight.size() < window) {
      Outgoing message = outbox.next();
      if (message == null) {
        break;
      }
      String topic = prefix + message.topic();
      if (Packets.publishBytes(topic, message) > maxPacketBytes) {
        listener.acknowledged(message, ReasonCode.PACKET_TOO_LARGE, 0);
        outbox.done(message, ReasonCode.PACKET_TOO_LARGE);
      } else {
        write(ctx, inFlight.add(message), false);
      }
    }
    ctx.flush();
  }

  private void write(ChannelHandlerContext ctx, InFlight.Sent sent, boolean dup) {
    String topic = prefix + sent.message().topic();
    var _ = ctx.write(Packets.publish(topic, sent, dup, greeted.protocol()));
  }

  /** False: no such packet is under way. */
  boolean acknowledged(int packetId, int reason) {
    InFlight.Sent sent = inFlight.remove(packetId);
    if (sent == null) {
      return false;
    }
    outbox.done(sent.message(), reason);
    listener.acknowledged(sent.message(), reason, MonotonicClock.system().nanos() - sent.nanos());
    return true;
  }

  void subscribed() {
    listener.subscribed();
  }

  void received(String topic, byte[] payload) {
    if (topic.startsWith(prefix)) {
      listener.received(topic.substring(prefix.length()), payload);
    }
  }

  void readComplete() {
    if (open != null) {
      outbox.settled();
      fill();
    }
  }

  /** The server ended it with a word of its own. */
  void dismissed(int reason) {
    listener.failed("disconnected: " + ReasonCode.name(reason));
    failures += ReasonCode.saysBusy(reason) ? Backoff.BUSY_DOUBLINGS : 0;
  }

  void notConnected(String why) {
    listener.failed(why);
    closed();
  }

  void closed() {
    boolean wasConnected = open != null;
    open = null;
    listener.closed(wasConnected);
    if (state == State.STOPPED) {
      return;
    }
    if (wasConnected && state == State.CONNECTING) {
      connect();
      return;
    }
    failures++;
    state = State.WAITING;
    long wait = options.backoff().waitMillis(failures, random);
    try {
      var _ = home.schedule(this::again, wait, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      state = State.STOPPED; // the event loops have stopped
    }
  }

  private void again() {
    if (state == State.WAITING) {
      connect();
    }
  }
}
