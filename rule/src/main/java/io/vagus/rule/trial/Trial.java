package io.vagus.rule.trial;

import io.vagus.expression.Functions;
import io.vagus.kit.MonotonicClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.engine.Products;
import io.vagus.rule.engine.Surroundings;
import io.vagus.series.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Tries a rule on what was recorded: what it would have done, and what the version in force would
 * have. Readings that came at one time are the message that brought them; they are heard in the
 * order in which they came, device by device, each together with the devices that it is related to.
 * What was desired, reported, tagged and related is as it is now. One run, one thread.
 */
public final class Trial {
  private static final int LOOK_EVERY = 10_000;

  /** Told from time to time; false: go no further. */
  @FunctionalInterface
  public interface Progress {
    boolean at(int devices, long readings);
  }

  private final TrialOrder order;
  private final Series series;
  private final Function<DeviceId, String> productOf;
  private final Surroundings around;
  private final Progress progress;
  private final TrialLane candidate;
  private final Optional<TrialLane> inForce;
  private final TrialDiff diff;
  private int devices;
  private long messages;
  private long readings;
  private Optional<String> truncated = Optional.empty();

  /**
   * @param productOf the product of a device
   */
  public Trial(
      TrialOrder order,
      Series series,
      Function<DeviceId, String> productOf,
      Products products,
      Functions functions,
      Surroundings around,
      MonotonicClock clock,
      Progress progress) {
    this.order = order;
    this.series = series;
    this.productOf = productOf;
    this.around = around;
    this.progress = progress;
    this.candidate = new TrialLane(order.candidate(), products, functions, around, clock);
    this.inForce =
        order
            .inForce()
            .map(version -> new TrialLane(version.rule(), products, functions, around, clock));
    this.diff = new TrialDiff(order.fromMicros(), order.limit(), candidate, inForce);
  }

  public TrialResult run() {
    Iterator<DeviceId> left = order.devices().iterator();
    while (left.hasNext() && truncated.isEmpty()) {
      hear(left.next());
      devices++;
      look();
    }
    return new TrialResult(
        devices,
        messages,
        readings,
        truncated,
        candidate.counts(),
        inForce.map(TrialLane::counts),
        diff.counts(),
        diff.shown());
  }

  private void look() {
    if (!progress.at(devices, readings)) {
      truncated = Optional.of("cancelled");
    }
  }

  private void hear(DeviceId device) {
    candidate.begin();
    inForce.ifPresent(TrialLane::begin);
    List<Reading> recorded = recorded(device);
    int at = 0;
    while (at < recorded.size() && truncated.isEmpty()) {
      int end = endOfMessage(recorded, at);
      List<Reading> message = recorded.subList(at, end);
      hear(device, message);
      if (readings / LOOK_EVERY != (readings - message.size()) / LOOK_EVERY) {
        look();
      }
      at = end;
    }
    if (truncated.isEmpty()) {
      long last = order.toMicros() - 1;
      diff.add(candidate.due(last), inForce.map(lane -> lane.due(last)).orElse(List.of()));
    }
  }

  private static int endOfMessage(List<Reading> recorded, int from) {
    Reading first = recorded.get(from);
    int at = from + 1;
    while (at < recorded.size()
        && recorded.get(at).receivedMicros() == first.receivedMicros()
        && recorded.get(at).device().equals(first.device())) {
      at++;
    }
    return at;
  }

  private void hear(DeviceId device, List<Reading> message) {
    DeviceId sender = message.getFirst().device();
    boolean own = sender.equals(device);
    String product = productOf.apply(sender);
    readings += message.size();
    if (own && message.getFirst().receivedMicros() >= order.fromMicros()) {
      messages++;
    }
    diff.add(
        candidate.hear(sender, product, message, own),
        inForce.map(lane -> lane.hear(sender, product, message, own)).orElse(List.of()));
    if (readings >= TrialOrder.MAX_READINGS) {
      truncated =
          Optional.of(
              "readings: more than %d (expected: fewer devices, or less time)"
                  .formatted(TrialOrder.MAX_READINGS));
    }
  }

  /** In the order in which they came; only metrics that either version looks at matter. */
  private List<Reading> recorded(DeviceId device) {
    List<Reading> found = new ArrayList<>();
    long from = order.fromMicros() - order.memoryMicros();
    for (DeviceId one : heardWith(device)) {
      series.export(
          one,
          from,
          order.toMicros(),
          reading -> {
            if (found.size() < TrialOrder.MAX_AT_ONCE
                && reading.receivedMicros() < order.toMicros()) {
              found.add(reading);
            }
          });
    }
    if (found.size() == TrialOrder.MAX_AT_ONCE) {
      truncated =
          Optional.of(
              "%s: more than %d readings (expected: less time)"
                  .formatted(device, TrialOrder.MAX_AT_ONCE));
    }
    found.sort(Comparator.comparingLong(Reading::receivedMicros).thenComparing(Reading::device));
    return found;
  }

  private Set<DeviceId> heardWith(DeviceId device) {
    Set<DeviceId> all = new TreeSet<>(Set.of(device));
    List.of(Optional.of(order.candidate()), order.inForce().map(RuleVersion::rule)).stream()
        .flatMap(Optional::stream)
        .flatMap(rule -> rule.related().values().stream())
        .forEach(related -> around.related(device, related).ifPresent(all::add));
    return all;
  }
}
