package io.vagus.fleet;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What a simulated device measures and sends, from its seed and the start of the run alone. Message
 * {@code n} is due at a time of its own, counted from 1970, so that a later run goes on. Not
 * thread-safe.
 */
final class Life implements Source {
  private final DevicePlan plan;
  private final Dice dice;
  private final Map<String, Dice> metricDice = new HashMap<>();
  private final long startMicros;
  private final long phaseMicros;
  private final String run;

  Life(DevicePlan plan, long seed, long startMicros) {
    this.plan = plan;
    this.dice = new Dice(seed).of(plan.id());
    this.startMicros = startMicros;
    this.phaseMicros = (long) (dice.of("phase").uniform(0) * plan.cadenceMicros());
    this.run = Long.toString(startMicros / 1_000_000, 36);
    plan.signals().keySet().forEach(metric -> metricDice.put(metric, dice.of(metric)));
  }

  @Override
  public long messageAt(long micros) {
    return Math.ceilDiv(micros - phaseMicros, plan.cadenceMicros());
  }

  @Override
  public long dueMicros(long message) {
    return message * plan.cadenceMicros() + phaseMicros;
  }

  @Override
  public Link.Passage passage(long message) {
    return plan.link().passage(message, dice);
  }

  @Override
  public boolean isSilent(long message) {
    long elapsed = dueMicros(message) - startMicros;
    return plan.faults().stream()
        .anyMatch(f -> f.kind() == Fault.Kind.SILENCE && f.isActive(elapsed));
  }

  @Override
  public byte[] payload(long message) {
    StringBuilder json = new StringBuilder(160);
    write(json, message);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Several messages as one array, as a device sends what it has kept. */
  byte[] payload(Iterable<Long> messages) {
    StringBuilder json = new StringBuilder(8192);
    for (long message : messages) {
      json.append(json.isEmpty() ? '[' : ',');
      write(json, message);
    }
    return json.append(']').toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write(StringBuilder json, long message) {
    long due = dueMicros(message);
    long elapsed = due - startMicros;
    json.append("{\"time\":").append(deviceMicros(due));
    json.append(",\"id\":\"").append(run).append('-').append(message);
    json.append("\",\"seq\":").append(message).append(",\"values\":");
    char separator = '{';
    for (Map.Entry<String, Signal> metric : plan.signals().entrySet()) {
      json.append(separator).append('"').append(metric.getKey()).append("\":");
      metric.getValue().write(json, value(metric.getKey(), metric.getValue(), due, elapsed));
      separator = ',';
    }
    json.append("}}");
  }

  /** What the device's own clock shows then; it went right until the run began. */
  private long deviceMicros(long micros) {
    double gained = Math.max(0, micros - startMicros) * plan.clockDriftPpm() / 1e6;
    return micros + plan.clockSkewMicros() + (long) gained;
  }

  private double value(String metric, Signal signal, long due, long elapsed) {
    Dice own = metricDice.getOrDefault(metric, dice);
    double value = signal.at(due, own);
    for (Fault fault : plan.faults()) {
      if (fault.metric().equals(metric) && fault.isActive(elapsed)) {
        value = fault.shown(value, due, startMicros, signal, own);
      }
    }
    return value;
  }
}
