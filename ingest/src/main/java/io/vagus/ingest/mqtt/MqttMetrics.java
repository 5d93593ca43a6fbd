package io.vagus.ingest.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.model.Transport;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What the MQTT endpoint counts. Thread-safe. */
final class MqttMetrics {

  /** Why a message does not reach a subscriber, or is not kept. */
  enum Drop {
    NOT_WRITABLE,
    QUEUE_FULL,
    EXPIRED,
    PACKET_TOO_LARGE,
    RETAINED_FULL
  }

  private static final String[] QOS = {"0", "1", "2"};

  private final MeterRegistry meters;
  private final Map<Transport, Listener> listeners = new ConcurrentHashMap<>();
  private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);
  private final Counter[] sent = new Counter[3];
  private final LongAdder messagesIn = new LongAdder();
  private final LongAdder messagesOut = new LongAdder();

  MqttMetrics(MeterRegistry meters) {
    this.meters = meters;
    for (Drop drop : Drop.values()) {
      String reason = drop.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      drops.put(drop, meters.counter("vagus.mqtt.dropped", "reason", reason));
    }
    for (int qos = 0; qos < 3; qos++) {
      sent[qos] = meters.counter("vagus.mqtt.messages.out", "qos", QOS[qos]);
    }
  }

  void gauge(String name, Supplier<Number> value) {
    Gauge.builder("vagus.mqtt." + name, value).strongReference(true).register(meters);
  }

  Listener listener(Transport transport) {
    return listeners.computeIfAbsent(transport, t -> new Listener(this, meters, t.label()));
  }

  void dropped(Drop why) {
    java.util.Objects.requireNonNull(drops.get(why)).increment();
  }

  void sent(int qos) {
    sent[qos].increment();
    messagesOut.increment();
  }

  long messagesIn() {
    return messagesIn.sum();
  }

  long messagesOut() {
    return messagesOut.sum();
  }

  int connections() {
    int sum = 0;
    for (Listener listener : listeners.values()) {
      sum += listener.connections.get();
    }
    return sum;
  }

  /** What one listener counts. */
  static final class Listener {
    final AtomicInteger connections = new AtomicInteger();
    private final MqttMetrics all;
    private final MeterRegistry meters;
    private final String label;
    private final Counter connects;
    private final Counter[] received = new Counter[3];
    private final Map<ReasonCode, Counter> refusals = new ConcurrentHashMap<>();
    private final Map<ReasonCode, Counter> closes = new ConcurrentHashMap<>();

    private Listener(MqttMetrics all, MeterRegistry meters, String label) {
      this.all = all;
      this.meters = meters;
      this.label = label;
      this.connects = meters.counter("vagus.mqtt.connects", "listener", label);
      for (int qos = 0; qos < 3; qos++) {
        received[qos] =
            meters.counter("vagus.mqtt.messages.in", "listener", label, "qos", QOS[qos]);
      }
      Gauge.builder("vagus.mqtt.connections", connections, AtomicInteger::get)
          .tag("listener", label)
          .register(meters);
    }

    void connected() {
      connects.increment();
      connections.incrementAndGet();
    }

    void received(int qos) {
      received[qos].increment();
      all.messagesIn.increment();
    }

    /** A CONNECT that was not accepted, or a connection that ended before one. */
    void refused(ReasonCode reason) {
      counter(refusals, "vagus.mqtt.refusals", reason).increment();
    }

    /** A connection that the server ended, or a packet it refused, and why. */
    void closed(ReasonCode reason) {
      counter(closes, "vagus.mqtt.disconnects", reason).increment();
    }

    private Counter counter(Map<ReasonCode, Counter> counters, String name, ReasonCode reason) {
      return counters.computeIfAbsent(
          reason, r -> meters.counter(name, "listener", label, "reason", r.label()));
    }
  }
}
