package io.vagus.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import io.vagus.watch.ListenerWatch;
import io.vagus.watch.Misuse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what listeners refuse by reason, on its way to who watches. Thread-safe. */
final class CountedWatch implements ListenerWatch {
  private record Key(Transport listener, String reason) {}

  private final ListenerWatch watch;
  private final MeterRegistry meters;
  private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

  CountedWatch(ListenerWatch watch, MeterRegistry meters) {
    this.watch = watch;
    this.meters = meters;
  }

  @Override
  public Open opened(
      DeviceId device, Transport transport, String address, int keepAliveSeconds, long nowMicros) {
    return watch.opened(device, transport, address, keepAliveSeconds, nowMicros);
  }

  @Override
  public void heard(DeviceId device, Transport transport, String address, long nowMicros) {
    watch.heard(device, transport, address, nowMicros);
  }

  @Override
  public void refused(
      Transport transport, String reason, String address, String name, String detail) {
    count(transport, reason);
    watch.refused(transport, reason, address, name, detail);
  }

  @Override
  public void refused(
      Transport transport, String reason, String address, DeviceId device, String detail) {
    count(transport, reason);
    watch.refused(transport, reason, address, device, detail);
  }

  @Override
  public void misused(DeviceId device, Misuse misuse, String topic, long nowMicros) {
    watch.misused(device, misuse, topic, nowMicros);
  }

  private void count(Transport listener, String reason) {
    counters
        .computeIfAbsent(
            new Key(listener, reason),
            key ->
                Counter.builder("vagus.refusals")
                    .description("Connections, messages and subscriptions refused by a listener")
                    .tag("listener", key.listener().label())
                    .tag("reason", key.reason())
                    .register(meters))
        .increment();
  }
}
