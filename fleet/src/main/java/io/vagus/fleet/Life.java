package io.vagus.fleet;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What a simulated device measures and sends, from its seed and the start of the run alone. A life
 * has a time of its own: either the calendar's, so that a later run goes on with it, or one that
 * begins at {@link #ORIGIN_MICROS} with each run, so that each run is the same. Message {@code n}
 * is due at a moment of that time. Not thread-safe.
 */
final class Life implements Source {
  /** A Monday, 08:00 UTC. */
  static final long ORIGIN_MICROS = 1_767_600_000_000_000L;

  private final DevicePlan plan;
  private final long seed;
  private final Dice dice;
  private final Map<String, Dice> metricDice = new HashMap<>();
  private final long startMicros;
  private final long phaseMicros;
  private final long shiftMicros;
  private final String run;

  /** Rises from run to run, as the calendar does, and by one at another cadence. */
  private final long sequenceShift;

  /**
   * @param startMicros of the run, by the calendar
   * @param shiftMicros how far the calendar is ahead of the life's own time
   */
  Life(DevicePlan plan, long seed, long startMicros, long shiftMicros) {
    this(plan, seed, startMicros, shiftMicros, Long.toString(startMicros / 1_000_000, 36), 0);
  }

  private Life(
      DevicePlan plan,
      long seed,
      long startMicros,
      long shiftMicros,
      String run,
      long sequenceShift) {
    this.plan = plan;
    this.seed = seed;
    this.dice = new Dice(seed).of(plan.id());
    this.startMicros = startMicros;
    this.shiftMicros = shiftMicros;
    this.phaseMicros = (long) (dice.of("phase").uniform(0) * plan.cadenceMicros());
    this.run = run;
    this.sequenceShift = sequenceShift;
    plan.signals().keySet().forEach(metric -> metricDice.put(metric, dice.of(metric)));
  }

  @Override
  public long messageAt(long micros) {
    return Math.ceilDiv(micros - shiftMicros - phaseMicros, plan.cadenceMicros());
  }

  @Override
  public long dueMicros(long message) {
    return message * plan.cadenceMicros() + phaseMicros + shiftMicros;
  }

  /** Its ids are others, since its messages are counted anew; its sequence goes on. */
  @Override
  public Life at(long cadenceMicros, long last, long nowMicros) {
    DevicePlan other = plan.each(cadenceMicros);
    String renamed = run + "." + Long.toString(nowMicros / 1000, 36);
    Life plain = new Life(other, seed, startMicros, shiftMicros, renamed, 0);
    long shift = sequence(last) + 1 - plain.sequence(plain.messageAt(nowMicros));
    return new Life(other, seed, startMicros, shiftMicros, renamed, shift);
  }

  private long sequence(long message) {
    return dueMicros(message) / plan.cadenceMicros() + sequenceShift;
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
    json.append("\",\"seq\":").append(sequence(message)).append(",\"values\":");
    char separator = '{';
    for (Map.Entry<String, Signal> metric : plan.signals().entrySet()) {
      json.append(separator).append('"').append(metric.getKey()).append("\":");
      metric
          .getValue()
          .write(json, value(metric.getKey(), metric.getValue(), due - shiftMicros, elapsed));
      separator = ',';
    }
    json.append("}}");
  }

  /** What the device's own clock shows then; it went right until the run began. */
  private long deviceMicros(long micros) {
    double gained = Math.max(0, micros - startMicros) * plan.clock().driftPpm() / 1e6;
    return micros + plan.clock().skewMicros() + (long) gained;
  }

  /**
   * @param due by the life's own time
   */
  private double value(String metric, Signal signal, long due, long elapsed) {
    Dice own = metricDice.getOrDefault(metric, dice);
    double value = signal.at(due, own);
    for (Fault fault : plan.faults()) {
      if (fault.metric().equals(metric) && fault.isActive(elapsed)) {
        value = fault.shown(value, due, due - elapsed, signal, own);
      }
    }
    return value;
  }
}
