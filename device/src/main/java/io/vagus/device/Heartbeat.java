package io.vagus.device;

import io.vagus.device.mqtt.LinkOptions;
import io.vagus.device.mqtt.MqttLink;
import io.vagus.kit.MonotonicClock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reports a device's health at its pace. The connection's keep alive follows the pace, and with it
 * the time after which the server takes a silent device for gone. Its turns come one after the
 * other, each on a thread of its own.
 */
final class Heartbeat implements AutoCloseable {
  /** A shorter keep alive would not end a silence sooner than the network notices it. */
  private static final Duration LEAST_KEEP_ALIVE = Duration.ofSeconds(1);

  private static final Duration MOST_KEEP_ALIVE = Duration.ofHours(18); // MQTT 5.0 §3.1.2.10

  private final Pace pace;
  private final Supplier<Health> health;
  private final Function<Map<String, Object>, Stored> send;
  private final Supplier<Counters> counters;
  private final MqttLink link;
  private final MonotonicClock clock = MonotonicClock.system();
  private final long startNanos = clock.nanos();
  private LinkOptions options;
  private final Turns turns;
  private Duration interval;

  Heartbeat(
      DeviceParts.Reports reports,
      LinkOptions options,
      MqttLink link,
      Function<Map<String, Object>, Stored> send,
      Supplier<Counters> counters) {
    this.pace = reports.pace();
    this.health = reports.health();
    this.options = options;
    this.link = link;
    this.send = send;
    this.counters = counters;
    this.interval = pace.shortest();
    this.turns = new Turns(link.home(), this::turn);
  }

  void start() {
    turns.start(Duration.ZERO);
  }

  private Duration turn() {
    Health now = health.get();
    interval = pace.next(interval, now);
    follow();
    Runtime runtime = Runtime.getRuntime();
    long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    long uptime = (clock.nanos() - startNanos) / 1_000_000_000;
    var _ = send.apply(now.values(uptime, free, counters.get(), interval.toSeconds()));
    return interval;
  }

  /** A new keep alive needs a new connection: for a change by half or more only. */
  private void follow() {
    Duration wanted = interval.compareTo(LEAST_KEEP_ALIVE) < 0 ? LEAST_KEEP_ALIVE : interval;
    wanted = wanted.compareTo(MOST_KEEP_ALIVE) > 0 ? MOST_KEEP_ALIVE : wanted;
    double ratio = (double) wanted.toMillis() / Math.max(1, options.keepAlive().toMillis());
    if (ratio >= 2 || ratio <= 0.5) {
      options = options.withKeepAlive(Duration.ofSeconds(Math.ceilDiv(wanted.toMillis(), 1000)));
      link.use(options);
    }
  }

  @Override
  public void close() {
    turns.close();
  }
}
