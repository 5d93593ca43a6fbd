package io.vagus.ingest.mqtt;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.vagus.ingest.Lane;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** The MQTT broker with its listeners. Thread-safe. */
public final class MqttEndpoint implements AutoCloseable {
  private final MqttParts parts;
  private final EventLoopGroup loops;
  private final Map<Executor, Lane> lanes = new ConcurrentHashMap<>();
  private final MqttMetrics metrics;
  private final BrokerCore core;
  private final Shared shared;
  private final List<Channel> listeners = new CopyOnWriteArrayList<>();

  private MqttEndpoint(MqttParts parts, int eventLoops) {
    this.parts = parts;
    this.loops = new MultiThreadIoEventLoopGroup(eventLoops, NioIoHandler.newFactory());
    this.metrics = new MqttMetrics(parts.meters());
    WillLanes wills =
        new WillLanes(
            parts,
            () -> {
              Executor loop = loops.next();
              return new WillLanes.LoopLane(loop, lane(loop));
            });
    this.core = BrokerCore.start(parts, metrics, wills);
    this.shared =
        new Shared(
            parts.config(),
            parts.open(),
            core.broker(),
            core.state().trie(),
            parts.authenticator(),
            parts.admission(),
            parts.wallClock(),
            parts.monotonicClock());
  }

  /**
   * Recovers the sessions and starts the broker; {@link #listen} lets clients in.
   *
   * @param eventLoops threads for connections; 0: one for each processor
   */
  public static MqttEndpoint start(MqttParts parts, int eventLoops) {
    return new MqttEndpoint(parts, eventLoops);
  }

  private Lane lane(Executor loop) {
    return lanes.computeIfAbsent(loop, parts.lanes());
  }

  /**
   * Opens a listener.
   *
   * @param transport MQTT or WS, MQTTS or WSS
   * @param tls needed for the latter two
   * @return where it listens, its port known
   */
  public InetSocketAddress listen(HostPort address, Transport transport, Optional<SSLContext> tls) {
    SslContext context = tls.map(MqttEndpoint::nettyContext).orElse(null);
    MqttMetrics.Listener counts = metrics.listener(transport);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(new Pipeline(shared, transport, context, this::lane, counts));
    try {
      Channel channel = bootstrap.bind(address.toSocketAddress()).sync().channel();
      listeners.add(channel);
      return (InetSocketAddress) channel.localAddress();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted while opening a listener", e);
    }
  }

  private static SslContext nettyContext(SSLContext context) {
    return new JdkSslContext(context, false, ClientAuth.NONE);
  }

  /**
   * Sends a message to a device, if it subscribed the topic or its session keeps it.
   *
   * @param suffix of {@code v1/{device}/}
   * @return completed when the message is durable with the device's session; false when nobody
   *     subscribed it
   */
  public CompletableFuture<Boolean> publishToDevice(
      DeviceId device, String suffix, byte[] payload, int qos) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Message message =
        new Message(
            "v1/" + device.value() + "/" + suffix,
            payload,
            qos,
            false,
            Message.Properties.NONE,
            parts.wallClock().micros(),
            0);
    core.broker()
        .publish(null, message, 0, outcome -> done.complete(outcome != Distributor.Outcome.NOBODY));
    return done;
  }

  /** Ends the connections of a device that may no longer be connected. */
  public void disconnectDevice(DeviceId device) {
    core.broker()
        .disconnectAll(
            s -> s.principal instanceof Principal.OfDevice d && d.device().id().equals(device),
            ReasonCode.ADMINISTRATIVE_ACTION);
  }

  /** Ends the connections of an application whose grants changed: it may come again. */
  public void disconnectApplication(String name) {
    core.broker()
        .disconnectAll(
            s ->
                s.principal instanceof Principal.OfApplication a
                    && a.application().name().equals(name),
            ReasonCode.ADMINISTRATIVE_ACTION);
  }

  /** Says goodbye to all clients, makes what is queued durable, stops. */
  @Override
  public void close() {
    listeners.forEach(channel -> channel.close().syncUninterruptibly());
    core.broker().disconnectAll(s -> true, ReasonCode.SERVER_SHUTTING_DOWN);
    core.close();
    loops.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).syncUninterruptibly();
  }
}
