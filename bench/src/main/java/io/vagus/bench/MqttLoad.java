package io.vagus.bench;

import io.vagus.bench.mqtt.Connector;
import io.vagus.bench.mqtt.DeviceConnection;
import io.vagus.bench.mqtt.MessageWriter;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import javax.net.ssl.SSLContext;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Many device connections on a few event loops. Used by one thread. */
final class MqttLoad implements AutoCloseable {
  private final Connector connector;
  private final Map<ScheduledExecutorService, LoadLoop> loops = new HashMap<>();
  private final List<LoadConnection> connections = new ArrayList<>();
  private final List<ScheduledExecutorService> homes = new ArrayList<>();
  private @Nullable ScheduledFuture<?> pace;
  private volatile double perNano;
  private volatile long paced;

  /** What the load is made of. */
  interface Source {
    DeviceConnection.Login login(int connection);

    MessageWriter writer(int connection);
  }

  MqttLoad(int connections, int window, Optional<SSLContext> tls, int threads, Source source) {
    this.connector = new Connector(threads, tls);
    for (int i = 0; i < connections; i++) {
      ScheduledExecutorService home = connector.nextHome();
      LoadLoop loop = loops.computeIfAbsent(home, l -> new LoadLoop());
      this.connections.add(new LoadConnection(source.login(i), source.writer(i), loop, i, window));
      homes.add(home);
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
    connector.connect(connections.get(i).device(), homes.get(i), address, i);
  }

  /** Lets every connection send that many more. */
  void allow(IntToLongFunction more) {
    for (int i = 0; i < connections.size(); i++) {
      DeviceConnection connection = connections.get(i).device();
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
      CompletableFuture.runAsync(connections.get(i).device()::stop, homes.get(i)).join();
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
    return connections.stream().mapToLong(c -> c.device().begun()).sum();
  }

  /** Sends at an even pace, the connections in turn, until another is set or {@link #stop}. */
  void pace(long messagesPerSecond) {
    perNano = messagesPerSecond / 1e9;
    if (pace == null) {
      pace = connector.nextHome().scheduleAtFixedRate(new Pacer(), 0, 1, TimeUnit.MILLISECONDS);
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
        DeviceConnection connection = connections.get(i).device();
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
    connector.close();
  }
}
