package io.vagus.device.mqtt;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** The threads of all devices of a process. Thread-safe. */
public final class DeviceLoops implements AutoCloseable {
  /** Ports of one source address, with room for what else runs. */
  private static final int CONNECTIONS_PER_ADDRESS = 20_000;

  private static final int CONNECT_TIMEOUT_MILLIS = 30_000;

  private final MultiThreadIoEventLoopGroup group;
  private final AtomicInteger numbers = new AtomicInteger();

  /**
   * @param threads one serves thousands of devices
   */
  public DeviceLoops(int threads) {
    this.group = new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory());
  }

  /** The loops in turn: one is a device's home, where all that it does happens. */
  public ScheduledExecutorService nextHome() {
    return group.next();
  }

  /** Tells devices apart: those beyond one loopback address's ports take another. */
  int nextNumber() {
    return numbers.getAndIncrement();
  }

  /** Begins to connect; the link hears how it ends. */
  void connect(MqttLink link, ScheduledExecutorService home, int number) {
    // Looking up a host may block, and reading a certificate does.
    Thread.startVirtualThread(() -> {
      try {
        InetSocketAddress server = link.login().server().toSocketAddress();
        if (server.isUnresolved()) {
          throw new UnknownHostException(server.getHostString());
        }
        Optional<SSLContext> tls = link.login().tls().map(Supplier::get);
        if (!group.isShuttingDown()) {
          connect(link, (EventLoop) home, number, server, tls);
        }
      } catch (UnknownHostException | RuntimeException e) {
        link.onLoop(() -> link.notConnected("connect: " + e));
      }
    });
  }

  private static void connect(
      MqttLink link,
      EventLoop home,
      int number,
      InetSocketAddress server,
      Optional<SSLContext> tls) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(home)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .handler(
                initializer(
                    link, tls.map(context -> engine(context, server.getHostString(), number))));
    int address = number / CONNECTIONS_PER_ADDRESS;
    ChannelFuture future =
        address == 0 || !server.getAddress().isLoopbackAddress()
            ? bootstrap.connect(server)
            : bootstrap.connect(server, new InetSocketAddress("127.0.0." + (1 + address), 0));
    future.addListener(done -> {
      if (!done.isSuccess()) {
        link.notConnected("connect: " + done.cause());
      }
    });
  }

  private static ChannelInitializer<Channel> initializer(
      MqttLink link, Optional<SSLEngine> engine) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        engine.ifPresent(tls -> channel.pipeline().addLast(new SslHandler(tls)));
        channel
            .pipeline()
            .addLast(
                new MqttDecoder(Packets.MAX_INBOUND_BYTES),
                MqttEncoder.INSTANCE,
                new LinkChannel(link));
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
