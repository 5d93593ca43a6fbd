package io.vagus.bench;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.rule.engine.DeviceRules;
import io.vagus.rule.engine.Firings;
import io.vagus.rule.engine.RecordedDevice;
import io.vagus.rule.engine.RuleEngine;
import io.vagus.rule.engine.RuleMessage;
import io.vagus.rule.engine.Surroundings;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** An engine without a server, and the messages of many devices for it. One thread. */
final class EngineLoad {
  private static final long START = 1_795_651_200_000_000L;
  private static final long EVERY_MICROS = 1_000_000;

  private final RuleEngine engine = new RuleEngine(Surroundings.NONE, MonotonicClock.system());
  private final Firings firings = new Firings();
  private final List<RecordedDevice> devices = new ArrayList<>();
  private final int products;
  private final int metrics;
  private long offset;
  private long fired;

  /**
   * @param products how many of {@link BenchRules#PRODUCTS} they are of
   * @param metrics how many each sends, one a message
   */
  EngineLoad(CompiledRules rules, int devices, int products, int metrics) {
    this.products = products;
    this.metrics = metrics;
    engine.rules(rules);
    for (int i = 0; i < devices; i++) {
      this.devices.add(
          new RecordedDevice(new DeviceId(Fleet.device(i)), BenchRules.product(i % products)));
    }
  }

  /** From here on these are in force. */
  void rules(CompiledRules rules) {
    engine.rules(rules);
  }

  /** Each device sends that often, all of them once a second. */
  void send(int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < devices.size(); i++) {
        send(devices.get(i), i);
      }
    }
  }

  private void send(RecordedDevice device, int number) {
    long now = START + offset * EVERY_MICROS / devices.size();
    int turn = (int) (offset / devices.size());
    String metric = BenchRules.metric((turn + number / products) % metrics);
    double value = (turn * 31 + number) % 100 / 100.0;
    List<Reading> readings =
        List.of(new Reading(device.device(), metric, now, now, now, value, null, 0));
    device.take(readings);
    firings.clear();
    engine.advance(offset, now, firings);
    engine.heard(device, new RuleMessage(offset, now, device.product(), readings, false), firings);
    fired += firings.list().size();
    offset++;
  }

  long fired() {
    return fired;
  }

  /** What all devices remember, as bytes. */
  List<byte[]> written() {
    List<byte[]> all = new ArrayList<>(devices.size());
    for (RecordedDevice device : devices) {
      DeviceRules rules = device.remembered();
      all.add(rules == null ? new byte[0] : rules.write());
    }
    return all;
  }

  /** Takes in what {@link #written} gave, as a start does. */
  void restore(List<byte[]> all) {
    for (int i = 0; i < devices.size(); i++) {
      RecordedDevice device = devices.get(i);
      device.remember(DeviceRules.read(all.get(i), UnaryOperator.identity()));
      engine.restored(device);
    }
  }

  /** What this thread has cost so far. */
  static double cpuMicros() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1000.0;
  }
}
