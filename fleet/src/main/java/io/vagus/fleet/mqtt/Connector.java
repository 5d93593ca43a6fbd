package io.vagus.fleet.mqtt;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.net.InetSocketAddress;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Event loops and what it takes to connect on them. Thread-safe. */
public final class Connector implements AutoCloseable {
  /** Ports of one source address, with room for what else runs. */
  private static final int CONNECTIONS_PER_ADDRESS = 20_000;

  private final MultiThreadIoEventLoopGroup group;
  private final @Nullable SslContext tls;

  public Connector(int threads, boolean tls) {
    this.tls = tls ? anyCertificate() : null;
    this.group = new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory());
  }

  /** The server made its own certificate at its first start: nothing here could vouch for it. */
  private static SslContext anyCertificate() {
    try {
      return SslContextBuilder.forClient()
          .trustManager(InsecureTrustManagerFactory.INSTANCE)
          .endpointIdentificationAlgorithm(null)
          .build();
    } catch (SSLException e) {
      throw new VagusException(ErrorCode.INTERNAL, "no TLS client: " + e.getMessage(), e);
    }
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
            .handler(initializer(connection));
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

  private ChannelInitializer<Channel> initializer(DeviceConnection connection) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        if (tls != null) {
          channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        channel.pipeline().addLast(connection.newChannel());
      }
    };
  }

  /** Ends all connections and threads. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
