package io.vagus.rule.engine;

import static io.vagus.rule.Firing.Phase.CLEARED;
import static io.vagus.rule.Firing.Phase.RAISED;
import static io.vagus.rule.engine.Plant.phases;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.vagus.rule.Effect;
import io.vagus.rule.Firing;
import io.vagus.rule.Window;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WindowTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Window TUMBLING =
      new Window.Tumbling("temperature", MINUTE, Duration.ofSeconds(10));

  /** Fires at each span that closes. */
  private static RuleText spans(Window window) {
    return RuleText.of("spans", "windows.w.count > 0.0")
        .window("w", window)
        .always()
        .effects(new Effect.Send("erp", Optional.of("\"${windows.w.sum}\"")));
  }

  private static List<Object> counts(List<Firing> firings) {
    return firings.stream().<Object>map(f -> f.seen().get("windows.w.count")).toList();
  }

  private static void send(Plant plant, double seconds, double received) {
    plant.send("p", seconds, received, Map.of("temperature", 20));
  }

  @Test
  void aSpanClosesWhenTheNextReadingsAreLaterThanItsLateness() {
    Plant plant = new Plant(spans(TUMBLING));
    send(plant, 10, 10);
    send(plant, 59, 59);
    send(plant, 69, 69);
    assertThat(plant.all).isEmpty();
    send(plant, 50, 69.5);
    send(plant, 70, 70);
    assertThat(counts(plant.all)).containsExactly(3.0);
    assertThat(plant.all.getFirst().eventMicros()).isEqualTo(Plant.micros(60));
    assertThat(plant.all.getFirst().receivedMicros()).isEqualTo(Plant.micros(70));
  }

  @Test
  void aSilentDevicesSpanClosesByTheJournalsTime() {
    Plant plant = new Plant(spans(TUMBLING));
    send(plant, 10, 10.2);
    assertThat(plant.engine().nextDueMicros()).isEqualTo(Plant.micros(75.2));
    assertThat(plant.mark(75.1)).isEmpty();
    assertThat(counts(plant.mark(75.2))).containsExactly(1.0);
  }

  @Test
  void whatComesForAClosedSpanIsDroppedAndCountedAndChangesNothing() {
    Plant plant = new Plant(spans(TUMBLING));
    send(plant, 10, 10);
    send(plant, 70, 70);
    send(plant, 30, 71);
    assertThat(plant.counts("spans").late()).isEqualTo(1);
    plant.mark(1000);
    assertThat(counts(plant.all)).containsExactly(1.0, 1.0);
  }

  @Test
  void aDeviceWhoseClockRunsAheadClosesNothingEarly() {
    Plant plant = new Plant(spans(TUMBLING));
    send(plant, 10, 10);
    send(plant, 7200, 11);
    send(plant, 12, 12);
    assertThat(plant.all).isEmpty();
    plant.mark(80);
    assertThat(counts(plant.all)).containsExactly(3.0);
  }

  @Test
  void aDeviceWhoseClockStandsStillHasItsSpanClosedByTheJournalsTime() {
    Plant plant = new Plant(spans(TUMBLING));
    for (int i = 0; i < 100; i++) {
      send(plant, 10, 10 + i);
    }
    assertThat(counts(plant.all)).containsExactly(65.0);
    assertThat(plant.counts("spans").late()).isEqualTo(35);
  }

  @Test
  void aBacklogFillsOneSpanAfterTheOther() {
    Plant plant = new Plant(spans(TUMBLING));
    for (int i = 0; i < 60; i++) {
      send(plant, 10 * i, 7200 + i / 100.0);
    }
    plant.mark(8000);
    assertThat(counts(plant.all)).hasSize(10).containsOnly(6.0);
    assertThat(plant.counts("spans").late()).isZero();
  }

  @Test
  void goesOnWhenTheServersClockIsSetBack() {
    Plant plant =
        new Plant(
            spans(TUMBLING),
            RuleText.of("silent", "windows.w.absent")
                .window("w", new Window.Absence("temperature", MINUTE)),
            RuleText.of("warm", "readings.temperature.value > 10.0").hold(MINUTE));
    send(plant, 3610, 3610);
    for (int i = 0; i < 12; i++) {
      send(plant, 10 * i, 10 * i);
    }
    assertThat(plant.all).extracting(Firing::rule).containsOnly("spans", "warm");
    assertThat(counts(plant.all.stream().filter(f -> f.rule().equals("spans")).toList()))
        .containsExactly(6.0);
    assertThat(plant.counts("spans").late()).isZero();
    plant.mark(140);
    plant.mark(171);
    assertThat(plant.all.getLast().rule()).isEqualTo("silent");
  }

  @Test
  void anOpenSpanGoesOnUnderTheNextVersionOfItsRule() {
    Plant plant = new Plant(spans(TUMBLING));
    send(plant, 10, 10);
    RuleText edited =
        RuleText.of("spans", "windows.renamed.count > 1.0 && windows.renamed.mean > 0.0")
            .window("a", new Window.Absence("temperature", MINUTE))
            .window("renamed", TUMBLING);
    plant.rules(List.of(edited.version(2)));
    send(plant, 20, 20);
    List<Firing> fired = plant.mark(100);
    assertThat(phases(fired)).containsExactly(RAISED);
    assertThat(fired.getFirst().version()).isEqualTo(2);
    assertThat(fired.getFirst().seen()).containsEntry("windows.renamed.count", 2.0);
  }

  @Test
  void anOpenSpanOfAnotherSizeBeginsAnew() {
    Plant plant = new Plant(spans(TUMBLING));
    send(plant, 10, 10);
    Window longer = new Window.Tumbling("temperature", Duration.ofMinutes(2), Duration.ZERO);
    plant.rules(List.of(spans(longer).version(2)));
    send(plant, 20, 20);
    plant.mark(1000);
    assertThat(counts(plant.all)).containsExactly(1.0);
  }

  @Test
  void whatARuleRememberedGoesWithIt() {
    Plant plant = new Plant(spans(TUMBLING));
    send(plant, 10, 10);
    plant.rules(List.of());
    assertThat(plant.mark(1000)).isEmpty();
    assertThat(plant.engine().nextDueMicros()).isEqualTo(Long.MAX_VALUE);
    assertThat(plant.pump("p").remembered().states()).isEmpty();
  }

  @Test
  void aSessionEndsAfterItsGapAndWhenItLastsTooLong() {
    Plant plant =
        new Plant(
            spans(
                new Window.Session("temperature", Duration.ofSeconds(20), MINUTE, Duration.ZERO)));
    for (int at : new int[] {0, 10, 29, 60, 70, 80, 90, 100, 110, 120, 130}) {
      send(plant, at, at);
    }
    plant.mark(1000);
    assertThat(counts(plant.all)).containsExactly(3.0, 7.0, 1.0);
  }

  @Test
  void aReadingBetweenTwoSessionsJoinsThem() {
    Plant plant =
        new Plant(
            spans(
                new Window.Session("temperature", Duration.ofSeconds(20), Window.LONGEST, MINUTE)));
    send(plant, 0, 0);
    send(plant, 30, 30);
    send(plant, 15, 31);
    plant.mark(1000);
    assertThat(counts(plant.all)).containsExactly(3.0);
  }

  @Test
  void anAbsenceBeginsInTimeAndEndsWithTheNextReading() {
    Plant plant =
        new Plant(
            RuleText.of("silent", "windows.w.absent")
                .window("w", new Window.Absence("temperature", MINUTE)));
    plant.send("p", 0, Map.of("pressure", 1));
    assertThat(plant.engine().nextDueMicros()).isEqualTo(Long.MAX_VALUE);
    send(plant, 10, 10);
    send(plant, 40, 40);
    plant.send("p", 90, Map.of("pressure", 1));
    assertThat(plant.mark(99)).isEmpty();
    assertThat(phases(plant.mark(100))).containsExactly(RAISED);
    assertThat(plant.mark(1000)).isEmpty();
    assertThat(phases(plant.send("p", 1001, Map.of("temperature", 1)))).containsExactly(CLEARED);
  }

  @Test
  void aSlidingWindowMovesOnWithOtherMetricsToo() {
    Plant plant =
        new Plant(
            RuleText.of("idle", "windows.w.count < 2.0 && readings.pressure.value > 0.0")
                .window("w", new Window.Sliding("temperature", MINUTE, Duration.ofSeconds(10))));
    send(plant, 1, 1);
    send(plant, 30, 30);
    assertThat(plant.send("p", 59, Map.of("pressure", 1))).isEmpty();
    assertThat(phases(plant.send("p", 60, Map.of("pressure", 1)))).containsExactly(RAISED);
  }

  @Test
  void valuesFarFromZeroLoseNothing() {
    Plant plant =
        new Plant(
            RuleText.of("spans", "windows.w.stddev > 0.0 && windows.w.mean > 0.0")
                .window("w", TUMBLING));
    for (int i = 0; i < 50; i++) {
      plant.send("p", i, Map.of("temperature", 1e9 + (i % 2 == 0 ? 0.1 : -0.1)));
    }
    Map<String, Object> seen = Map.copyOf(plant.mark(1000).getFirst().seen());
    assertThat((Double) seen.get("windows.w.stddev")).isCloseTo(0.1, within(1e-6));
    assertThat((Double) seen.get("windows.w.mean")).isCloseTo(1e9, within(1e-6));
  }

  @Test
  void whatIsNoNumberIsNotInAWindowAndTextsAreOnlyCounted() {
    Plant plant =
        new Plant(
            spans(TUMBLING),
            RuleText.of("texts", "windows.w.count > 1.0")
                .window("w", new Window.Tumbling("mode", MINUTE, Duration.ZERO)));
    plant.send("p", 1, Map.of("temperature", Double.NaN, "mode", "on"));
    plant.send("p", 2, Map.of("temperature", 20, "mode", "off"));
    List<Firing> fired = plant.mark(1000);
    assertThat(fired).extracting(Firing::rule).containsExactly("spans", "texts");
    assertThat(counts(fired)).containsExactly(1.0, 2.0);
    assertThat(fired.getFirst().actions().getFirst().toString()).contains("20");
    CompiledRules mean =
        plant.rules(
            List.of(
                RuleText.of("texts", "windows.w.mean > 1.0")
                    .window("w", new Window.Tumbling("mode", MINUTE, Duration.ZERO))
                    .version(2)));
    assertThat(mean.errors("texts"))
        .singleElement()
        .satisfies(error -> assertThat(error.message()).contains("mean"));
  }

  @Test
  void aRecordDoesSoMuchAtMostAndTheNextOneTheRest() {
    Plant plant =
        new Plant(
            RuleText.of("silent", "windows.w.absent")
                .window("w", new Window.Absence("temperature", MINUTE)));
    for (int i = 0; i < Firings.MOST + 5; i++) {
      plant.send("p-%04d".formatted(9999 - i), 0, Map.of("temperature", 1));
    }
    List<Firing> first = plant.mark(60);
    assertThat(first).hasSize(Firings.MOST);
    assertThat(first).extracting(f -> f.device().value()).isSorted();
    assertThat(plant.engine().nextDueMicros()).isEqualTo(Plant.micros(60));
    assertThat(plant.mark(60)).hasSize(5);
    assertThat(plant.engine().nextDueMicros()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void stateOfALaterReleaseIsRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceRules.read(new byte[] {9}, name -> name))
        .withMessage("rules' state: format 9 (expected: 1)");
  }
}
