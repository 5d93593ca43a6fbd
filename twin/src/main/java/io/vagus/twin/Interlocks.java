package io.vagus.twin;

import io.vagus.expression.Guard;
import io.vagus.expression.Guard.Refusal;
import io.vagus.expression.Observation;
import io.vagus.expression.Scope;
import io.vagus.expression.Situation;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.ProductModel;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import io.vagus.model.Reported;
import io.vagus.registry.Registry;
import io.vagus.series.LatestReadings;
import io.vagus.wire.DocumentValues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges the interlocks of products over what is known of a device now. Calls may block on disk,
 * where there are interlocks. Thread-safe.
 */
public final class Interlocks {
  private final Registry registry;
  private final LatestReadings latest;
  private final ReportedTwins reported;
  private final WallClock wall;
  private final ConcurrentHashMap<String, Guards> compiled = new ConcurrentHashMap<>();

  public Interlocks(
      Registry registry, LatestReadings latest, ReportedTwins reported, WallClock wall) {
    this.registry = registry;
    this.latest = latest;
    this.reported = reported;
    this.wall = wall;
  }

  /** Those of the model, which is compiled once for each of its versions. */
  private Guards guards(ProductModel product) {
    return compiled.compute(
        product.id(),
        (id, known) ->
            known != null && known.product().equals(product) ? known : Guards.of(product));
  }

  /**
   * Why a device may not get a command now; empty: nothing speaks against it.
   *
   * @param arguments a JSON object
   */
  public Optional<Refusal> ofCommand(
      Device device, ProductModel product, String command, Document arguments) {
    List<Guard> guards = guards(product).commands().getOrDefault(command, List.of());
    if (guards.isEmpty()) {
      return Optional.empty();
    }
    Document desired = registry.desired().of(device.id()).document();
    Map<String, @Nullable Object> about = Map.of(Scope.ARGUMENTS, DocumentValues.of(arguments));
    return first(guards, situation(device, desired).with(about));
  }

  /**
   * Why a desired state may not become another one; empty: nothing speaks against it. Conditions
   * see the desired state as it would be.
   */
  public Optional<Refusal> ofChange(
      Device device, ProductModel product, Document before, Document after) {
    Map<String, List<Guard>> fields = guards(product).fields();
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    Situation situation = situation(device, after);
    for (Map.Entry<String, @Nullable Object> changed : changed(before, after).entrySet()) {
      Map<String, @Nullable Object> about = new HashMap<>();
      about.put(Scope.VALUE, changed.getValue());
      Optional<Refusal> refusal = first(guards(fields, changed.getKey()), situation.with(about));
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  /** Whether a product's desired fields have any. */
  public static boolean guardTwin(ProductModel product) {
    return !product.twin().interlocks().isEmpty();
  }

  private static List<Guard> guards(Map<String, List<Guard>> fields, String pointer) {
    List<Guard> found = new ArrayList<>(fields.getOrDefault(pointer, List.of()));
    Document.ancestors(pointer).forEach(a -> found.addAll(fields.getOrDefault(a, List.of())));
    return found;
  }

  /** New values by pointer; null: taken away. */
  private static Map<String, @Nullable Object> changed(Document before, Document after) {
    Map<String, @Nullable Object> changed = new TreeMap<>();
    before.fields().keySet().stream()
        .filter(pointer -> !after.fields().containsKey(pointer))
        .forEach(pointer -> changed.put(pointer, null));
    after
        .missingIn(before)
        .fields()
        .forEach((pointer, json) -> changed.put(pointer, DocumentValues.of(json)));
    return changed;
  }

  private static Optional<Refusal> first(List<Guard> guards, Situation situation) {
    return guards.stream().flatMap(guard -> guard.refusal(situation).stream()).findFirst();
  }

  private Situation situation(Device device, Document desired) {
    return new Situation(
        wall.now(),
        device.id().value(),
        device.product(),
        readings(device.id()),
        DocumentValues.of(desired),
        DocumentValues.of(reported.of(device.id()).map(Reported::document).orElse(Document.EMPTY)),
        Collections.emptyMap());
  }

  private Map<String, Observation> readings(DeviceId device) {
    Map<String, Observation> readings = new LinkedHashMap<>();
    for (Reading reading : latest.of(device)) {
      Object value = reading.text() == null ? reading.number() : reading.text();
      readings.put(
          reading.metric(),
          new Observation(
              value, Times.instant(reading.timeMicros()), Quality.words(reading.quality())));
    }
    return readings;
  }
}
