package io.vagus.rule.engine;

import io.vagus.expression.Functions;
import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandSafety;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import io.vagus.model.TwinModel;
import io.vagus.model.Violation;
import io.vagus.rule.Firing;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleSet;
import io.vagus.rule.RuleVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Devices, rules, an engine, and a journal that is as long as what was sent. */
final class Plant implements Surroundings {
  /** 2026-11-26 00:00:00 UTC: a multiple of most windows' sizes. */
  static final long MIDNIGHT = 1_795_651_200_000_000L;

  static final ProductModel PUMP =
      new ProductModel(
          "pump",
          1,
          "Pump",
          Map.of(
              "temperature", metric("temperature", MetricType.NUMBER),
              "pressure", metric("pressure", MetricType.NUMBER),
              "power", metric("power", MetricType.NUMBER),
              "mode", metric("mode", MetricType.TEXT)),
          Optional.empty(),
          Optional.empty(),
          0,
          Map.of("close", close()),
          TwinModel.NONE);
  static final ProductModel TANK =
      new ProductModel(
          "tank",
          1,
          "Tank",
          Map.of("level", metric("level", MetricType.NUMBER)),
          Optional.empty(),
          Optional.empty(),
          0);

  final Map<String, Map<String, @Nullable Object>> desired = new HashMap<>();
  final Map<String, String> related = new HashMap<>();
  final Set<String> inGroup = new HashSet<>();
  final List<Firing> all = new ArrayList<>();
  private final Map<DeviceId, RecordedDevice> devices = new LinkedHashMap<>();
  private Products products = new Products(Map.of("pump", PUMP, "tank", TANK));
  private RuleSet set = RuleSet.NONE;
  private CompiledRules compiled = CompiledRules.NONE;
  private RuleEngine engine = new RuleEngine(this, () -> 0);
  private final Firings firings = new Firings();
  long offset;

  private static MetricModel metric(String name, MetricType type) {
    return new MetricModel(
        name, type, "", OptionalDouble.empty(), OptionalDouble.empty(), Violation.FLAG);
  }

  private static CommandModel close() {
    return new CommandModel(
        "close",
        Map.of("position", metric("position", MetricType.NUMBER)),
        Set.of(),
        Command.Lane.NORMAL,
        Optional.empty(),
        Duration.ofMinutes(1),
        CommandSafety.NONE);
  }

  Plant(RuleText... rules) {
    List<RuleVersion> versions = new ArrayList<>();
    for (RuleText rule : rules) {
      versions.add(rule.version(1));
    }
    rules(versions);
  }

  CompiledRules rules(List<RuleVersion> versions) {
    set = new RuleSet(set.revision() + 1, versions);
    return compile();
  }

  CompiledRules product(ProductModel model) {
    Map<String, ProductModel> models = new HashMap<>(products.byId());
    models.put(model.id(), model);
    products = new Products(models);
    return compile();
  }

  private CompiledRules compile() {
    compiled = CompiledRules.of(set, products, Functions.NONE, compiled);
    engine.rules(compiled);
    return compiled;
  }

  RuleCounts counts(String rule) {
    return compiled.counts().get(rule);
  }

  RuleEngine engine() {
    return engine;
  }

  RecordedDevice pump(String id) {
    return devices.computeIfAbsent(new DeviceId(id), d -> new RecordedDevice(d, "pump"));
  }

  void tank(String id, double level) {
    DeviceId tank = new DeviceId(id);
    RecordedDevice device = new RecordedDevice(tank, "tank");
    device.take(List.of(reading(tank, "level", level, MIDNIGHT, MIDNIGHT)));
    devices.put(tank, device);
  }

  static Reading reading(
      DeviceId device, String metric, Object value, long timeMicros, long receivedMicros) {
    boolean isText = value instanceof String;
    return new Reading(
        device,
        metric,
        timeMicros,
        timeMicros,
        receivedMicros,
        isText ? Double.NaN : ((Number) value).doubleValue(),
        isText ? (String) value : null,
        Quality.GOOD);
  }

  /** At so many seconds after midnight, heard at once. */
  List<Firing> send(String device, double seconds, Map<String, ?> values) {
    return send(device, seconds, seconds, values);
  }

  /** What that message fired, and what was due before it. */
  List<Firing> send(String device, double seconds, double received, Map<String, ?> values) {
    RecordedDevice pump = pump(device);
    List<Reading> readings = new ArrayList<>();
    values.forEach((metric, value) ->
        readings.add(reading(pump.device(), metric, value, micros(seconds), micros(received))));
    return message(pump, micros(received), readings, false);
  }

  List<Firing> report(String device, double seconds, Map<String, @Nullable Object> state) {
    pump(device).report(state);
    return message(pump(device), micros(seconds), List.of(), true);
  }

  List<Firing> message(
      RecordedDevice device, long received, List<Reading> readings, boolean reported) {
    begin(received);
    device.take(readings);
    engine.heard(
        device, new RuleMessage(offset, received, device.product(), readings, reported), firings);
    return end();
  }

  /** It is that late: what a mark brings about. */
  List<Firing> mark(double seconds) {
    begin(micros(seconds));
    return end();
  }

  private void begin(long nowMicros) {
    offset++;
    firings.clear();
    engine.advance(offset, nowMicros, firings);
  }

  private List<Firing> end() {
    List<Firing> fired = List.copyOf(firings.list());
    all.addAll(fired);
    return fired;
  }

  /** A crash here, and a start from what was written: another server, the same journal. */
  Plant restarted() {
    Plant other = new Plant();
    other.products = products;
    other.set = set;
    other.compile();
    other.offset = offset;
    other.desired.putAll(desired);
    other.related.putAll(related);
    other.inGroup.addAll(inGroup);
    devices.values().forEach(other::read);
    return other;
  }

  private void read(RecordedDevice written) {
    RecordedDevice device = new RecordedDevice(written.device(), written.product());
    device.take(List.copyOf(written.readings()));
    device.report(written.reported());
    devices.put(device.device(), device);
    DeviceRules rules = written.remembered();
    if (rules != null) {
      device.remember(DeviceRules.read(rules.write(), UnaryOperator.identity()));
      engine.restored(device);
    }
  }

  static long micros(double seconds) {
    return MIDNIGHT + Math.round(seconds * 1e6);
  }

  static List<Firing.Phase> phases(List<Firing> firings) {
    return firings.stream().map(Firing::phase).toList();
  }

  @Override
  public Optional<Subject> device(DeviceId device) {
    return Optional.ofNullable(devices.get(device));
  }

  @Override
  public Map<String, @Nullable Object> desired(DeviceId device) {
    return desired.getOrDefault(device.value(), Map.of());
  }

  @Override
  public boolean isIn(DeviceId device, GroupId group) {
    return group.equals(GroupId.ALL) || inGroup.contains(device.value());
  }

  @Override
  public Optional<GroupId> group(DeviceId device) {
    return inGroup.contains(device.value()) ? Optional.of(new GroupId("north")) : Optional.empty();
  }

  @Override
  public Map<String, String> tags(DeviceId device) {
    return Map.of("hall", "2");
  }

  @Override
  public Optional<DeviceId> related(DeviceId device, Rule.Related how) {
    return Optional.ofNullable(related.get(device.value())).map(DeviceId::new);
  }
}
