package io.vagus.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.VagusException;
import io.vagus.model.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One listening socket: counts each connection against the limits, puts TLS before it where the
 * listener has it, and hands it to its protocol. Of this module only. Thread-safe.
 */
// How a write or close went shows in the channel's own events.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Acceptor {
  private static final int BACKLOG = 4096;
  private static final long CLOSE_SECONDS = 10;

  private final ListenerParts parts;
  private final Transport transport;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel server;

  private Acceptor(
      ListenerParts parts,
      HostPort where,
      Transport transport,
      Optional<TlsPolicy> tls,
      Consumer<Channel> protocol) {
    this.parts = parts;
    this.transport = transport;
    this.server = bind(where, new Connected(tls, protocol));
    Gauge.builder("vagus.ingest.connections", connections, ChannelGroup::size)
        .description("Open connections")
        .tag("listener", transport.label())
        .register(parts.meters());
  }

  /**
   * Listens.
   *
   * @param protocol adds its handlers to a new connection's pipeline, on the connection's event
   *     loop
   */
  public static Acceptor bind(
      ListenerParts parts,
      HostPort where,
      Transport transport,
      Optional<TlsPolicy> tls,
      Consumer<Channel> protocol) {
    return new Acceptor(parts, where, transport, tls, protocol);
  }

  private Channel bind(HostPort where, ChannelInitializer<SocketChannel> connected) {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(parts.loops().group())
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(connected)
            .bind(where.toSocketAddress())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new VagusException(
          ErrorCode.IO_FAILED,
          "listen." + transport.label() + ": cannot listen at " + where + ": " + bound.cause(),
          bound.cause());
    }
    return bound.channel();
  }

  public Transport transport() {
    return transport;
  }

  /** Where it listens; the port is the real one. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Takes no new connections and tells the open ones to finish. */
  void stop() {
    server.close().awaitUninterruptibly();
    for (Channel connection : connections) {
      connection
          .eventLoop()
          .execute(() -> connection.pipeline().fireUserEventTriggered(Stopping.EVENT));
    }
  }

  /** Closes what is still open. */
  void closeConnections() {
    connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private void refuse(Channel channel, ErrorCode reason, String address) {
    Counter.builder("vagus.ingest.connections.refused")
        .description("Connections refused by the limits")
        .tag("listener", transport.label())
        .tag("reason", reason.code())
        .register(parts.meters())
        .increment();
    parts
        .watch()
        .refused(
            transport,
            reason.code(),
            address,
            "",
            "connections: not taken (sections limits and access)");
    channel.close();
  }

  private final class Connected extends ChannelInitializer<SocketChannel> {
    private final Optional<TlsPolicy> tls;
    private final Consumer<Channel> protocol;

    Connected(Optional<TlsPolicy> tls, Consumer<Channel> protocol) {
      this.tls = tls;
      this.protocol = protocol;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      InetSocketAddress remote = channel.remoteAddress();
      if (remote == null) {
        channel.close();
        return;
      }
      InetAddress address = remote.getAddress();
      Optional<ErrorCode> refusal = parts.connections().opened(address);
      if (refusal.isPresent()) {
        refuse(channel, refusal.get(), address.getHostAddress());
        return;
      }
      channel.closeFuture().addListener(closed -> parts.connections().closed(address));
      connections.add(channel);
      if (tls.isPresent()) {
        Optional<ErrorCode> tooMany = parts.connections().handshakeBegun(address);
        if (tooMany.isPresent()) {
          refuse(channel, tooMany.get(), address.getHostAddress());
          return;
        }
        channel
            .pipeline()
            .addLast(tls.get().handler(channel))
            .addLast(
                new RefusedHandshakes(
                    parts.watch(), parts.connections(), parts.meters(), transport, address));
      }
      protocol.accept(channel);
    }
  }
}
