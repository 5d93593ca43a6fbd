package io.vagus.bench.mqtt;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Event loops and what it takes to connect on them. Thread-safe. */
public final class Connector implements AutoCloseable {
  /** Ports of one source address, with room for what else runs. */
  private static final int CONNECTIONS_PER_ADDRESS = 20_000;

  private final MultiThreadIoEventLoopGroup group;
  private final Optional<SSLContext> tls;

  /**
   * @param tls whom connections trust; empty: they speak no TLS
   */
  public Connector(int threads, Optional<SSLContext> tls) {
    this.tls = tls;
    this.group = new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory());
  }

  /** The loops in turn: one is a connection's home, where all that it does happens. */
  public ScheduledExecutorService nextHome() {
    return group.next();
  }

  /**
   * Begins to connect; the connection's listener hears how it ends.
   *
   * @param number tells connections apart: those beyond one loopback address's ports take another
   */
  public void connect(
      DeviceConnection connection,
      ScheduledExecutorService home,
      InetSocketAddress server,
      int number) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group((EventLoop) home)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 30_000)
            .handler(initializer(connection, server, number));
    int address = number / CONNECTIONS_PER_ADDRESS;
    ChannelFuture future =
        address == 0 || !server.getAddress().isLoopbackAddress()
            ? bootstrap.connect(server)
            : bootstrap.connect(server, new InetSocketAddress("127.0.0." + (1 + address), 0));
    future.addListener(done -> {
      if (!done.isSuccess()) {
        connection.listener().failed("connect: " + done.cause());
        connection.listener().closed(false);
      }
    });
  }

  private ChannelInitializer<Channel> initializer(
      DeviceConnection connection, InetSocketAddress server, int number) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        tls.ifPresent(context ->
            channel
                .pipeline()
                .addLast(new SslHandler(engine(context, server.getHostString(), number))));
        channel.pipeline().addLast(connection.newChannel());
      }
    };
  }

  /**
   * The JDK keeps sessions by host and port: with a number in the port's place, devices resume
   * their own, as real ones would, and not each other's.
   */
  private static SSLEngine engine(SSLContext context, String host, int number) {
    SSLEngine engine = context.createSSLEngine(host, number);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** Ends all connections and threads. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
