package io.vagus.process;

import static io.vagus.process.Messages.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import io.vagus.model.SensorFaults;
import io.vagus.model.SensorFaults.Bias;
import io.vagus.model.SensorFaults.Reference;
import io.vagus.model.SensorFaults.Stuck;
import io.vagus.model.Violation;
import io.vagus.rule.Action;
import io.vagus.rule.Effect;
import io.vagus.rule.Firing;
import io.vagus.rule.Rule;
import io.vagus.rule.engine.Surroundings;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row 11, through the processing: flags on points, one ticket a device, cleared when well. */
@Timeout(60)
class SensorsTest {
  private static final SensorFaults STUCK =
      faults(Optional.of(new Stuck(Duration.ofSeconds(30), 3)), Optional.empty());

  @TempDir Path folder;
  private Rig rig;
  private long now = T0;

  @BeforeEach
  void open() {
    rig = new Rig(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static SensorFaults faults(Optional<Stuck> stuck, Optional<Bias> bias) {
    return new SensorFaults(stuck, Optional.empty(), Optional.empty(), bias);
  }

  private void product(SensorFaults a, SensorFaults b) {
    ProductModel saved =
        rig.registry.saveProduct(
            SensorModels.product(
                "pump",
                Violation.FLAG,
                Map.of("a", SensorModels.metric("a", a), "b", SensorModels.metric("b", b))));
    version = saved.version();
  }

  private int version;

  private void hear(String device, double a, double b) {
    now += 10_000_000;
    rig.send(
        Messages.of(device)
            .at(now)
            .product("pump", version)
            .says("{\"a\":%s,\"b\":%s}".formatted(a, b)));
    rig.turn();
  }

  private int quality(String device, String metric) {
    return rig.latest(device).stream()
        .filter(reading -> reading.metric().equals(metric))
        .mapToInt(Reading::quality)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void flagsPointsAndOpensOneTicketADeviceUntilItIsWell() {
    product(STUCK, STUCK);
    for (int i = 0; i < 6; i++) {
      hear("d1", 7, 9);
    }
    assertThat(quality("d1", "a")).isEqualTo(Quality.NO_DEVICE_TIME | Quality.STUCK);
    assertThat(quality("d1", "b")).isEqualTo(Quality.NO_DEVICE_TIME | Quality.STUCK);
    Firing raised = rig.fired().getFirst();
    assertThat(rig.fired()).hasSize(1);
    assertThat(raised.phase()).isEqualTo(Firing.Phase.RAISED);
    assertThat(raised.actions())
        .containsExactly(
            new Action.RaiseAlert(Effect.AlertClass.TICKET, "sensor degraded: a: stuck; b: stuck"));
    hear("d1", 8, 9);
    assertThat(rig.fired()).as("one sensor is still stuck").hasSize(1);
    rig.drain();
    rig.crash();
    hear("d1", 7, 10);
    assertThat(rig.fired()).hasSize(2);
    assertThat(rig.fired().getLast().phase()).isEqualTo(Firing.Phase.CLEARED);
    assertThat(rig.fired().getLast().actions()).containsExactly(new Action.ClearAlert());
    assertThat(quality("d1", "b")).isEqualTo(Quality.NO_DEVICE_TIME);
  }

  @Test
  void storesTheFlagInTheSeries() {
    product(STUCK, SensorFaults.NONE);
    for (int i = 0; i < 6; i++) {
      hear("d1", 7, i);
    }
    rig.drain();
    assertThat(rig.series.stored.values())
        .filteredOn(r -> (r.quality() & Quality.STUCK) != 0)
        .hasSize(3)
        .allMatch(r -> r.metric().equals("a"));
  }

  @Test
  void aProductThatLooksForNoFaultsAnyMoreClearsTheTicket() {
    product(STUCK, SensorFaults.NONE);
    for (int i = 0; i < 6; i++) {
      hear("d1", 7, i);
    }
    product(SensorFaults.NONE, SensorFaults.NONE);
    hear("d1", 7, 1);
    assertThat(rig.fired().getLast().phase()).isEqualTo(Firing.Phase.CLEARED);
  }

  @Test
  void comparesWithASibling() {
    Bias bias = new Bias(new Reference.Sibling("b"), 2, Duration.ofSeconds(30));
    product(faults(Optional.empty(), Optional.of(bias)), SensorFaults.NONE);
    for (int i = 0; i < 30; i++) {
      hear("d1", 20 + i, 20.5 + i);
      hear("d2", 23.5 + i, 20.5 + i);
    }
    assertThat(quality("d1", "a")).isEqualTo(Quality.NO_DEVICE_TIME);
    assertThat(quality("d2", "a")).isEqualTo(Quality.NO_DEVICE_TIME | Quality.BIAS);
  }

  @Test
  void comparesWithARelatedDevice() {
    rig.surroundings = related("d2", "d1");
    rig.crash();
    Bias bias = new Bias(new Reference.Related("fed-by", "b"), 2, Duration.ofSeconds(30));
    product(faults(Optional.empty(), Optional.of(bias)), SensorFaults.NONE);
    for (int i = 0; i < 30; i++) {
      hear("d1", 20, 20);
      hear("d2", 25, 25);
    }
    assertThat(quality("d1", "a")).as("related to none").isEqualTo(Quality.NO_DEVICE_TIME);
    assertThat(quality("d2", "a")).isEqualTo(Quality.NO_DEVICE_TIME | Quality.BIAS);
    assertThat(rig.fired()).extracting(Firing::device).isEqualTo(List.of(new DeviceId("d2")));
  }

  private static Surroundings related(String from, String to) {
    return (Surroundings)
        Proxy.newProxyInstance(
            Surroundings.class.getClassLoader(),
            new Class<?>[] {Surroundings.class},
            (proxy, method, args) ->
                method.getName().equals("related")
                    ? Optional.of(args[0])
                        .filter(new DeviceId(from)::equals)
                        .filter(d -> ((Rule.Related) args[1]).relation().equals("fed-by"))
                        .map(d -> new DeviceId(to))
                    : method.invoke(Surroundings.NONE, args));
  }
}
