package io.vagus.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.ScheduledFuture;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.VagusException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import javax.net.ssl.SSLException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Many device connections on a few event loops. Used by one thread. */
final class MqttLoad implements AutoCloseable {
  /** Ports of one source address, with room for what else runs. */
  private static final int CONNECTIONS_PER_ADDRESS = 20_000;

  private final MultiThreadIoEventLoopGroup group;
  private final Map<EventLoop, LoadLoop> loops = new HashMap<>();
  private final List<LoadConnection> connections = new ArrayList<>();
  private final List<EventLoop> homes = new ArrayList<>();
  private final @Nullable SslContext tls;
  private @Nullable ScheduledFuture<?> pace;
  private volatile double perNano;
  private volatile long paced;

  /** What the load is made of. */
  interface Source {
    LoadConnection.Login login(int connection);

    MessageWriter writer(int connection);
  }

  MqttLoad(int connections, int window, boolean tls, int threads, Source source) {
    this.tls = tls ? anyCertificate() : null;
    this.group = new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory());
    for (int i = 0; i < connections; i++) {
      IoEventLoop home = group.next();
      LoadLoop loop = loops.computeIfAbsent(home, l -> new LoadLoop());
      this.connections.add(new LoadConnection(source.login(i), source.writer(i), loop, i, window));
      homes.add(home);
    }
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

  List<LoadConnection> connections() {
    return connections;
  }

  /** Begins to connect those that are not, at most so many at a time, and waits until all are. */
  void connect(HostPort server, int atOnce, Duration bound) {
    InetSocketAddress address = server.toSocketAddress();
    int[] begun = {0};
    Pause.until(
        bound,
        "connecting " + connections.size() + " devices",
        () -> {
          requireNoFailure();
          int open = open();
          while (begun[0] < connections.size() && begun[0] - open < atOnce) {
            connect(begun[0]++, address);
          }
          return open == connections.size();
        });
  }

  private void connect(int i, InetSocketAddress address) {
    LoadConnection connection = connections.get(i);
    LoadLoop loop = loops.get(homes.get(i));
    Bootstrap bootstrap =
        new Bootstrap()
            .group(homes.get(i))
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 30_000)
            .handler(initializer(connection));
    int addressNumber = i / CONNECTIONS_PER_ADDRESS;
    ChannelFuture future =
        addressNumber == 0 || !address.getAddress().isLoopbackAddress()
            ? bootstrap.connect(address)
            : bootstrap.connect(
                address, new InetSocketAddress("127.0.0." + (1 + addressNumber), 0));
    future.addListener(done -> {
      if (!done.isSuccess() && loop != null) {
        loop.failed("connect: " + done.cause());
      }
    });
  }

  private ChannelInitializer<Channel> initializer(LoadConnection connection) {
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

  /** Lets every connection send that many more. */
  void allow(IntToLongFunction more) {
    for (int i = 0; i < connections.size(); i++) {
      LoadConnection connection = connections.get(i);
      long count = more.applyAsLong(i);
      homes.get(i).execute(() -> connection.allow(count));
    }
  }

  /** Begins no more messages, and waits until all that were begun are acknowledged. */
  void stop(Duration bound) {
    if (pace != null) {
      pace.cancel(false);
    }
    for (int i = 0; i < connections.size(); i++) {
      homes.get(i).submit(connections.get(i)::stop).syncUninterruptibly();
    }
    long begun = begun();
    Pause.until(
        bound,
        "acknowledgement of all that was sent",
        () -> {
          requireNoFailure();
          return acknowledged() == begun;
        });
  }

  /** To be read when the load stands still. */
  long begun() {
    return connections.stream().mapToLong(LoadConnection::begun).sum();
  }

  /** Sends at an even pace, the connections in turn, until another is set or {@link #stop}. */
  void pace(long messagesPerSecond) {
    perNano = messagesPerSecond / 1e9;
    if (pace == null) {
      pace = group.next().scheduleAtFixedRate(new Pacer(), 0, 1, TimeUnit.MILLISECONDS);
    }
  }

  /** Messages that the pace has called for and that are not acknowledged. */
  long behindPace() {
    return paced - acknowledged();
  }

  private final class Pacer implements Runnable {
    private double due;
    private long lastNanos = System.nanoTime();

    @Override
    public void run() {
      long now = System.nanoTime();
      due += (now - lastNanos) * perNano;
      lastNanos = now;
      long sent = paced;
      for (; sent < (long) due; sent++) {
        int i = (int) (sent % connections.size());
        LoadConnection connection = connections.get(i);
        homes.get(i).execute(() -> connection.allow(1));
      }
      paced = sent;
    }
  }

  int open() {
    return loops.values().stream().mapToInt(LoadLoop::open).sum();
  }

  /** Refused ones included. */
  long acknowledged() {
    return loops.values().stream().mapToLong(LoadLoop::acknowledged).sum();
  }

  long refused() {
    return loops.values().stream().mapToLong(LoadLoop::refused).sum();
  }

  long resent() {
    return loops.values().stream().mapToLong(LoadLoop::resentCount).sum();
  }

  /** Of the acknowledgements since the last call, in microseconds. */
  Histogram latencies() {
    Histogram all = new Histogram(3);
    loops.values().forEach(loop -> all.add(loop.latencies()));
    return all;
  }

  private String failures() {
    return loops.values().stream()
        .map(LoadLoop::failure)
        .filter(f -> !f.isEmpty())
        .findFirst()
        .orElse("");
  }

  void requireNoFailure() {
    Optional.of(failures())
        .filter(f -> !f.isEmpty())
        .ifPresent(f -> {
          throw new VagusException(ErrorCode.IO_FAILED, "the load failed: " + f);
        });
  }

  /** Ends all connections and threads; what was counted stays readable. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
