package io.vagus.rule.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.expression.Functions;
import io.vagus.kit.MonotonicClock;
import io.vagus.model.DeviceId;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Reading;
import io.vagus.model.Violation;
import io.vagus.rule.Firing;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleCodec;
import io.vagus.rule.RuleSet;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.rule.engine.Firings;
import io.vagus.rule.engine.Products;
import io.vagus.rule.engine.RecordedDevice;
import io.vagus.rule.engine.RuleEngine;
import io.vagus.rule.engine.RuleMessage;
import io.vagus.rule.engine.Surroundings;
import io.vagus.series.InMemorySeries;
import io.vagus.series.SeriesConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TrialTest {
  private static final long START = 1_790_000_000_000_000L;
  private static final long SECOND = 1_000_000L;
  private static final ProductModel PUMP =
      new ProductModel(
          "pump",
          1,
          "Pump",
          Map.of("temperature", metric("temperature"), "power", metric("power")),
          Optional.empty(),
          Optional.empty(),
          0);
  private static final Products PRODUCTS = new Products(Map.of("pump", PUMP));
  private static final List<DeviceId> DEVICES =
      IntStream.range(0, 5).mapToObj(i -> new DeviceId("pump-" + i)).toList();

  private final InMemorySeries series = new InMemorySeries(SeriesConfig.defaults());

  private static MetricModel metric(String name) {
    return new MetricModel(
        name,
        MetricType.NUMBER,
        "",
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Violation.REFUSE);
  }

  private static Rule rule(String fields) {
    return RuleCodec.read(
        """
        {"id": "hot", "owner": "o", "products": ["pump"],
         "effects": [{"do": "event", "text": "at ${readings.temperature.value}"}], %s}
        """
            .formatted(fields));
  }

  private void send(DeviceId device, long atMicros, long receivedMicros, double temperature) {
    series.append(
        new Reading(
            device, "temperature", atMicros, atMicros, receivedMicros, temperature, null, 0));
    series.append(
        new Reading(device, "power", atMicros, atMicros, receivedMicros, temperature % 7, null, 0));
  }

  private TrialResult run(Rule rule, Optional<Rule> inForce, long toMicros) {
    return run(rule, inForce, START, toMicros, (devices, readings) -> true);
  }

  private TrialResult run(
      Rule rule, Optional<Rule> inForce, long from, long to, Trial.Progress progress) {
    series.commit();
    TrialOrder order =
        new TrialOrder(
            rule,
            inForce.map(r -> new RuleVersion(r, 3, 9, Instant.EPOCH, "user:anna")),
            DEVICES,
            from,
            to,
            TrialOrder.MAX_FIRINGS);
    return new Trial(
            order,
            series,
            device -> "pump",
            PRODUCTS,
            Functions.NONE,
            Surroundings.NONE,
            MonotonicClock.system(),
            progress)
        .run();
  }

  /** As the processing does it: all devices in the order of the journal, a mark when it is due. */
  private List<String> live(Rule rule, long toMicros) {
    RuleEngine engine = new RuleEngine(Surroundings.NONE, MonotonicClock.system());
    engine.rules(
        CompiledRules.of(
            new RuleSet(1, List.of(new RuleVersion(rule, 1, 1, Instant.EPOCH, ""))),
            PRODUCTS,
            Functions.NONE,
            CompiledRules.NONE));
    TreeMap<Long, Map<DeviceId, List<Reading>>> journal = new TreeMap<>();
    for (DeviceId device : DEVICES) {
      series.export(
          device,
          0,
          Long.MAX_VALUE,
          reading ->
              journal
                  .computeIfAbsent(reading.receivedMicros(), at -> new TreeMap<>())
                  .computeIfAbsent(device, d -> new ArrayList<>())
                  .add(reading));
    }
    Map<DeviceId, RecordedDevice> devices = new HashMap<>();
    List<Firing> all = new ArrayList<>();
    long[] offset = {0};
    journal
        .headMap(toMicros)
        .forEach((at, messages) ->
            messages.forEach((device, readings) -> {
              due(engine, at, offset, all);
              RecordedDevice subject =
                  devices.computeIfAbsent(device, id -> new RecordedDevice(id, "pump"));
              subject.take(readings);
              Firings firings = new Firings();
              engine.heard(
                  subject, new RuleMessage(offset[0]++, at, "pump", readings, false), firings);
              all.addAll(firings.list());
            }));
    due(engine, toMicros - 1, offset, all);
    return shown(all);
  }

  private static void due(RuleEngine engine, long at, long[] offset, List<Firing> all) {
    Firings firings = new Firings();
    while (engine.nextDueMicros() <= at) {
      firings.clear();
      engine.advance(offset[0]++, engine.nextDueMicros(), firings);
      all.addAll(firings.list());
    }
    firings.clear();
    engine.advance(offset[0]++, at, firings);
    all.addAll(firings.list());
  }

  private static List<String> shown(List<Firing> firings) {
    return firings.stream()
        .sorted(
            Comparator.comparing(Firing::device)
                .thenComparing(Firing::receivedMicros)
                .thenComparing(Firing::phase))
        .map(f ->
            f.device()
                + " "
                + f.phase()
                + " "
                + (f.eventMicros() - START)
                + " "
                + (f.receivedMicros() - START)
                + " "
                + f.seen()
                + " "
                + f.actions())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"when\": \"readings.temperature.value > 80.0\"",
        "\"when\": \"readings.temperature.value > 80.0\", \"hold\": \"20s\", \"cooldown\": \"40s\"",
        "\"when\": \"windows.w.mean > 55.0\", \"windows\": {\"w\": {\"kind\": \"tumbling\","
            + " \"metric\": \"temperature\", \"size\": \"30s\", \"lateness\": \"5s\"}}",
        "\"when\": \"windows.w.max - windows.w.min > 60.0\", \"windows\": {\"w\": {\"kind\":"
            + " \"sliding\", \"metric\": \"temperature\", \"size\": \"20s\", \"slide\": \"1s\"}}",
        "\"when\": \"windows.w.count > 3.0\", \"windows\": {\"w\": {\"kind\": \"session\","
            + " \"metric\": \"power\", \"gap\": \"8s\", \"longest\": \"2m\"}}",
        "\"when\": \"windows.w.absent\", \"windows\": {\"w\": {\"kind\": \"absence\","
            + " \"metric\": \"temperature\", \"after\": \"12s\"}}"
      })
  void doesWhatTheEngineDoesLive(String fields) {
    Random random = new Random(7);
    for (DeviceId device : DEVICES) {
      long at = START;
      for (int i = 0; i < 300; i++) {
        at += random.nextLong(500_000, 10 * SECOND);
        long late = random.nextInt(10) == 0 ? random.nextLong(20 * SECOND) : 0;
        send(device, at - late, at, random.nextDouble(100));
      }
    }
    Rule rule = rule(fields);
    long to = START + 1800 * SECOND;
    TrialResult result = run(rule, Optional.empty(), to);
    List<String> live = live(rule, to);
    assertThat(live).isNotEmpty();
    assertThat(shown(result.firings().stream().map(TrialFiring::firing).toList())).isEqualTo(live);
    assertThat(result.candidate().raised() + result.candidate().cleared()).isEqualTo(live.size());
    assertThat(result.difference().onlyNew()).isEqualTo(live.size());
  }

  @Test
  void saysWhatOnlyOneOfTheTwoWouldHaveDone() {
    DeviceId pump = DEVICES.getFirst();
    double[] values = {70, 85, 70, 95, 70};
    for (int i = 0; i < values.length; i++) {
      send(pump, START + i * SECOND, START + i * SECOND, values[i]);
    }
    TrialResult result =
        run(
            rule("\"when\": \"readings.temperature.value > 90.0\""),
            Optional.of(rule("\"when\": \"readings.temperature.value > 80.0\"")),
            START + 60 * SECOND);
    assertThat(result.candidate().raised()).isEqualTo(1);
    assertThat(result.inForce().orElseThrow().raised()).isEqualTo(2);
    assertThat(result.difference()).isEqualTo(new TrialResult.Difference(2, 0, 2));
    assertThat(result.firings())
        .extracting(one -> one.in() + " " + one.firing().phase())
        .containsExactly("OLD RAISED", "OLD CLEARED", "BOTH RAISED", "BOTH CLEARED");
    assertThat(result.messages()).isEqualTo(5);
    assertThat(result.readings()).isEqualTo(10);
  }

  @Test
  void whatItDoesOtherwiseIsADifference() {
    send(DEVICES.getFirst(), START, START, 85);
    Rule before = rule("\"when\": \"readings.temperature.value > 80.0\"");
    Rule after =
        RuleCodec.read(RuleCodec.text(before).replace("at ${readings", "hot at ${readings"));
    TrialResult result = run(after, Optional.of(before), START + SECOND);
    assertThat(result.difference()).isEqualTo(new TrialResult.Difference(0, 1, 1));
    assertThat(run(before, Optional.of(before), START + SECOND).difference().isNone()).isTrue();
  }

  @Test
  void remembersWhatCameBeforeTheRange() {
    DeviceId pump = DEVICES.getFirst();
    send(pump, START - 30 * SECOND, START - 30 * SECOND, 50);
    Rule rule =
        rule(
            "\"when\": \"windows.w.absent\", \"windows\": {\"w\": {\"kind\": \"absence\","
                + " \"metric\": \"temperature\", \"after\": \"60s\"}}");
    TrialResult result = run(rule, Optional.empty(), START + 60 * SECOND);
    assertThat(result.firings()).hasSize(1);
    assertThat(result.firings().getFirst().firing().eventMicros()).isEqualTo(START + 30 * SECOND);
    assertThat(result.messages()).isZero();
  }

  @Test
  void endsWhenNobodyWaits() {
    for (int i = 0; i < 20_000; i++) {
      send(DEVICES.getFirst(), START + i * SECOND, START + i * SECOND, i % 100);
    }
    Rule rule = rule("\"when\": \"readings.temperature.value > 80.0\"");
    TrialResult result =
        run(rule, Optional.empty(), START, START + 40_000 * SECOND, (d, readings) -> false);
    assertThat(result.truncated()).contains("cancelled");
    assertThat(result.readings()).isEqualTo(10_000);
  }

  /** {@code -Dvagus.trial.readings=1000000} for the figure in decision 0063. */
  @Test
  void hearsManyReadingsInSeconds() {
    int readings = Integer.getInteger("vagus.trial.readings", 100_000);
    for (int i = 0; i < readings / 2; i++) {
      DeviceId device = DEVICES.get(i % DEVICES.size());
      long at = START + i * SECOND / 5;
      send(device, at, at, 50 + 40 * Math.sin(i / 500.0));
    }
    Rule rule =
        rule(
            "\"when\": \"readings.temperature.value > 80.0 && windows.w.mean > 75.0\","
                + " \"windows\": {\"w\": {\"kind\": \"tumbling\", \"metric\": \"temperature\","
                + " \"size\": \"30s\"}}");
    Rule before = rule("\"when\": \"readings.temperature.value > 80.0\"");
    long start = System.nanoTime();
    TrialResult result = run(rule, Optional.of(before), START + readings * SECOND);
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat(result.readings()).isEqualTo(readings / 2 * 2);
    assertThat(result.candidate().raised()).isPositive();
    assertThat(readings / seconds)
        .as("%d readings in %.2f s", readings, seconds)
        .isGreaterThan(20_000);
    System.out.printf("trial: %d readings in %.2f s%n", readings, seconds);
  }

  @Test
  void namesItsBounds() {
    List<DeviceId> many =
        IntStream.rangeClosed(0, TrialOrder.MAX_DEVICES)
            .mapToObj(i -> new DeviceId("d" + i))
            .toList();
    Rule rule = rule("\"when\": \"true\"");
    assertThatThrownBy(() -> new TrialOrder(rule, Optional.empty(), many, 0, 1, 1))
        .hasMessage("devices: 1001 (expected: <= 1000)");
  }
}
