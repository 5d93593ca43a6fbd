package io.vagus.rule.engine;

import static io.vagus.rule.Firing.Phase.CLEARED;
import static io.vagus.rule.Firing.Phase.LOOPING;
import static io.vagus.rule.Firing.Phase.RAISED;
import static io.vagus.rule.engine.Plant.phases;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.rule.Action;
import io.vagus.rule.Effect;
import io.vagus.rule.Firing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RuleEngineTest {
  private static final RuleText HOT = RuleText.of("hot", "readings.temperature.value > 80.0");

  @Test
  void firesOnceWhenItsConditionBeginsToHoldAndOnceWhenItEnds() {
    Plant plant = new Plant(HOT);
    assertThat(plant.send("p", 1, Map.of("temperature", 79))).isEmpty();
    List<Firing> raised = plant.send("p", 2, Map.of("temperature", 81));
    assertThat(phases(raised)).containsExactly(RAISED);
    assertThat(raised.getFirst().id()).isEqualTo("hot~1~2~0");
    assertThat(raised.getFirst().seen()).containsEntry("readings.temperature.value", 81.0);
    assertThat(raised.getFirst().eventMicros()).isEqualTo(Plant.micros(2));
    assertThat(plant.send("p", 3, Map.of("temperature", 90))).isEmpty();
    List<Firing> cleared = plant.send("p", 4, Map.of("temperature", 20));
    assertThat(phases(cleared)).containsExactly(CLEARED);
    assertThat(cleared.getFirst().actions()).containsExactly(new Action.ClearAlert());
    assertThat(plant.counts("hot").raised()).isEqualTo(1);
    assertThat(plant.counts("hot").cleared()).isEqualTo(1);
  }

  @Test
  void knowsForHowManyDevicesItIsRaised() {
    Plant plant = new Plant(HOT);
    assertThat(plant.engine().isIdle()).isFalse();
    for (String device : List.of("p", "q", "r")) {
      plant.send(device, 1, Map.of("temperature", 81));
    }
    plant.send("p", 2, Map.of("temperature", 20));
    assertThat(plant.counts("hot").firing()).isEqualTo(2);
    Plant restarted = plant.restarted();
    assertThat(restarted.counts("hot").firing()).isEqualTo(2);
    restarted.send("q", 3, Map.of("temperature", 20));
    assertThat(restarted.counts("hot").firing()).isEqualTo(1);
  }

  @Test
  void whatEndsItMayBeAnotherCondition() {
    Plant plant = new Plant(HOT.clear("readings.temperature.value < 70.0"));
    plant.send("p", 1, Map.of("temperature", 81));
    assertThat(plant.send("p", 2, Map.of("temperature", 75))).isEmpty();
    assertThat(plant.send("p", 3, Map.of("temperature", 82))).isEmpty();
    assertThat(phases(plant.send("p", 4, Map.of("temperature", 69)))).containsExactly(CLEARED);
  }

  @Test
  void aConditionThatHasToHoldForSomeTimeFiresWhenTheTimeIsOver() {
    Plant plant = new Plant(HOT.hold(Duration.ofSeconds(30)));
    plant.send("p", 0, Map.of("temperature", 81));
    plant.send("p", 20, Map.of("temperature", 60));
    plant.send("p", 25, Map.of("temperature", 81));
    assertThat(plant.engine().nextDueMicros()).isEqualTo(Plant.micros(55));
    assertThat(plant.mark(54)).isEmpty();
    assertThat(phases(plant.mark(55))).containsExactly(RAISED);
    assertThat(plant.engine().nextDueMicros()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void holdingTimeIsEventTimeWhereReadingsTellIt() {
    Plant plant = new Plant(HOT.hold(Duration.ofSeconds(30)));
    plant.send("p", 0, 3600, Map.of("temperature", 81));
    assertThat(plant.send("p", 29, 3600, Map.of("temperature", 82))).isEmpty();
    assertThat(phases(plant.send("p", 30, 3600, Map.of("temperature", 83))))
        .containsExactly(RAISED);
  }

  @Test
  void firesNoSecondTimeWithinItsCooldown() {
    Plant plant = new Plant(HOT.cooldown(Duration.ofMinutes(10)));
    plant.send("p", 0, Map.of("temperature", 81));
    plant.send("p", 10, Map.of("temperature", 60));
    assertThat(plant.send("p", 20, Map.of("temperature", 81))).isEmpty();
    assertThat(phases(plant.send("p", 600, Map.of("temperature", 82)))).containsExactly(RAISED);
  }

  @Test
  void aStreamFiresAtEachMessageAndClearsNothing() {
    Plant plant = new Plant(HOT.always().effects(new Effect.Send("erp", Optional.empty())));
    for (int i = 0; i < 100; i++) {
      assertThat(phases(plant.send("p", i, Map.of("temperature", 81)))).containsExactly(RAISED);
    }
    assertThat(plant.send("p", 101, Map.of("temperature", 1))).isEmpty();
    assertThat(plant.pump("p").remembered()).isNull();
  }

  @Test
  void aReadingThatIsTooOldIsAsGoodAsMissing() {
    Plant plant =
        new Plant(
            RuleText.of(
                    "both", "readings.temperature.value > 80.0 && readings.pressure.value > 2.0")
                .maxAge(Duration.ofMinutes(1)));
    plant.send("p", 0, Map.of("pressure", 3));
    assertThat(plant.send("p", 61, Map.of("temperature", 81))).isEmpty();
    assertThat(plant.counts("both").lastError()).contains("readings.pressure.value is missing");
    assertThat(phases(plant.send("p", 62, Map.of("pressure", 3)))).containsExactly(RAISED);
  }

  @Test
  void judgesWhatADeviceSaysItIsAndWhatItIsWantedToBe() {
    Plant plant = new Plant(RuleText.of("off", "reported.mode == 'off' && desired.mode == 'on'"));
    plant.desired.put("p", Map.of("mode", "on"));
    assertThat(plant.report("p", 1, Map.of("mode", "on"))).isEmpty();
    assertThat(phases(plant.report("p", 2, Map.of("mode", "off")))).containsExactly(RAISED);
    assertThat(phases(plant.report("p", 3, Map.of("mode", "on")))).containsExactly(CLEARED);
  }

  @Test
  void looksAtADeviceOfTheSameAssetAndActsOnIt() {
    RuleText text =
        RuleText.of("dry", "readings.power.value > 0.0 && related.tank.readings.level.value < 5.0")
            .related("tank", "fed-by", Optional.empty())
            .effects(
                new Effect.SendCommand(
                    Optional.of("tank"),
                    "close",
                    "{\"position\":\"${1.0 + 1.0}\"}",
                    Optional.empty(),
                    Optional.empty()));
    Plant plant = new Plant(text);
    plant.tank("t", 3);
    assertThat(plant.send("p", 1, Map.of("power", 1))).isEmpty();
    plant.related.put("p", "t");
    List<Firing> fired = plant.send("p", 2, Map.of("power", 1));
    assertThat(fired).hasSize(1);
    assertThat(fired.getFirst().actions())
        .containsExactly(
            new Action.SendCommand(
                plant.device(new io.vagus.model.DeviceId("t")).orElseThrow().device(),
                "close",
                "{\"position\":2}",
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void aRuleOfAGroupReachesNoDeviceOfAnother() {
    Plant plant =
        new Plant(
            RuleText.of("dry", "related.tank.readings.level.value < readings.power.value")
                .related("tank", "fed-by", Optional.of("tank"))
                .group("north"));
    plant.tank("t", 3);
    plant.related.put("p", "t");
    plant.inGroup.add("p");
    assertThat(plant.send("p", 1, Map.of("power", 9))).isEmpty();
    plant.inGroup.add("t");
    assertThat(phases(plant.send("p", 2, Map.of("power", 9)))).containsExactly(RAISED);
  }

  @Test
  void onlyDevicesOfItsGroupConcernIt() {
    Plant plant = new Plant(HOT.group("north"));
    assertThat(plant.send("p", 1, Map.of("temperature", 81))).isEmpty();
    plant.inGroup.add("p");
    assertThat(phases(plant.send("p", 2, Map.of("temperature", 81)))).containsExactly(RAISED);
    plant.inGroup.clear();
    assertThat(phases(plant.send("p", 3, Map.of("temperature", 81)))).containsExactly(CLEARED);
  }

  @Test
  void anActionThatCannotBeMadeSaysWhyAndTheOthersAreDone() {
    Plant plant =
        new Plant(
            HOT.effects(
                new Effect.RaiseAlert(
                    Effect.AlertClass.PAGE, "pressure is ${readings.pressure.value}"),
                new Effect.ChangeDesired(Optional.empty(), "{\"mode\":\"safe\"}")));
    assertThat(plant.send("p", 1, Map.of("temperature", 81)).getFirst().actions())
        .containsExactly(
            new Action.Unmade("alert", "readings.pressure.value is missing"),
            new Action.ChangeDesired(plant.pump("p").device(), "{\"mode\":\"safe\"}"));
  }

  @Test
  void aRuleThatLoopsIsStoppedWhereItDoesAndNamed() {
    RuleText loop =
        HOT.effects(new Effect.ChangeDesired(Optional.empty(), "{\"mode\":\"a\"}"))
            .firingsPerMinute(3);
    Plant plant = new Plant(loop);
    for (int i = 0; i < 20; i++) {
      plant.send("p", i, Map.of("temperature", i % 2 == 0 ? 81 : 20));
    }
    List<Firing> raised = plant.all.stream().filter(f -> f.phase() == RAISED).toList();
    List<Firing> looping = plant.all.stream().filter(f -> f.phase() == LOOPING).toList();
    assertThat(raised).hasSize(3);
    assertThat(looping).hasSize(1);
    assertThat(looping.getFirst().actions().getFirst())
        .isInstanceOfSatisfying(
            Action.RaiseAlert.class,
            alert -> {
              assertThat(alert.alertClass()).isEqualTo(Effect.AlertClass.TICKET);
              assertThat(alert.text()).startsWith("rule hot loops on device p");
            });
    assertThat(phases(plant.send("q", 30, Map.of("temperature", 81)))).containsExactly(RAISED);
    plant.rules(List.of(loop.version(2)));
    assertThat(phases(plant.send("p", 31, Map.of("temperature", 81)))).containsExactly(RAISED);
  }

  @Test
  void aRuleThatThrowsIsCountedAndFiresNothingAndOthersGoOn() {
    Plant plant = new Plant(RuleText.of("divides", "1 / int(readings.pressure.value) > 0"), HOT);
    List<Firing> fired = plant.send("p", 1, Map.of("pressure", 0, "temperature", 90));
    assertThat(fired).extracting(Firing::rule).containsExactly("hot");
    assertThat(plant.counts("divides").errors()).isEqualTo(1);
    assertThat(plant.counts("divides").lastError()).startsWith("p: ").contains("error");
  }

  @Test
  void aRuleThatMatchesEverythingCostsItselfAndNoMoreThanItsBound() {
    RuleText[] rules =
        IntStream.range(0, Firings.MOST + 1)
            .mapToObj(i -> RuleText.of("all-" + i, "true || readings.power.value > 0.0").always())
            .toArray(RuleText[]::new);
    Plant plant = new Plant(rules);
    assertThat(plant.send("p", 1, Map.of("power", 1))).hasSize(Firings.MOST);
    long left =
        IntStream.range(0, rules.length).mapToLong(i -> plant.counts("all-" + i).errors()).sum();
    assertThat(left).isEqualTo(1);
  }

  @Test
  void aRuleOverAMetricThatIsGoneIsBrokenAndGoesOnWhenItIsBack() {
    Plant plant = new Plant(RuleText.of("pressed", "readings.pressure.value > 2.0"), HOT);
    plant.send("p", 1, Map.of("pressure", 3));
    CompiledRules broken = plant.product(without("pressure"));
    assertThat(broken.errors("pressed"))
        .singleElement()
        .satisfies(error -> {
          assertThat(error.path()).isEqualTo("when");
          assertThat(error.message()).contains("pressure").contains("expected: one of");
          assertThat(error.offset()).hasValue("readings".length());
        });
    assertThat(broken.broken()).containsOnlyKeys("pressed");
    assertThat(phases(plant.send("p", 2, Map.of("pressure", 1, "temperature", 90))))
        .containsExactly(RAISED);
    plant.product(Plant.PUMP);
    assertThat(plant.send("p", 3, Map.of("pressure", 3))).isEmpty();
    assertThat(phases(plant.send("p", 4, Map.of("pressure", 1)))).containsExactly(CLEARED);
  }

  private static io.vagus.model.ProductModel without(String metric) {
    Map<String, io.vagus.model.MetricModel> metrics = new java.util.HashMap<>(Plant.PUMP.metrics());
    metrics.remove(metric);
    return new io.vagus.model.ProductModel(
        "pump", 2, "Pump", metrics, Optional.empty(), Optional.empty(), 0);
  }

  @Test
  void whatIsOpenIsClearedByTheNextVersion() {
    Plant plant = new Plant(HOT);
    plant.send("p", 1, Map.of("temperature", 81));
    plant.rules(List.of(RuleText.of("hot", "readings.temperature.value > 90.0").version(2)));
    List<Firing> fired = plant.send("p", 2, Map.of("temperature", 85));
    assertThat(phases(fired)).containsExactly(CLEARED);
    assertThat(fired.getFirst().version()).isEqualTo(2);
  }

  @Test
  void visitsOnlyRulesWhoseBoundAdmitsTheValue() {
    RuleText[] rules =
        IntStream.range(0, 1000)
            .mapToObj(i -> RuleText.of("r-" + i, "readings.temperature.value > %d.0".formatted(i)))
            .toArray(RuleText[]::new);
    Plant plant = new Plant(rules);
    assertThat(plant.send("p", 1, Map.of("temperature", 2.5))).hasSize(3);
    assertThat(plant.send("p", 2, Map.of("temperature", 0.5))).hasSize(2);
    long judged = IntStream.range(0, 1000).mapToLong(i -> plant.counts("r-" + i).evaluated()).sum();
    assertThat(judged).isEqualTo(6);
  }

  @Test
  void tellsWhichRulesUseAMetricAndWhichLookLikeAMistake() {
    Plant plant =
        new Plant(
            HOT,
            RuleText.of("mode", "readings.power.value > 1.0 && desired.mode == 'on'")
                .effects(
                    new Effect.ChangeDesired(
                        Optional.empty(), "{\"mode\":\"${readings.mode.value}\"}")));
    CompiledRules rules = plant.engine().rules();
    assertThat(rules.using("pump", "temperature")).containsExactly("hot");
    assertThat(rules.using("pump", "mode")).containsExactly("mode");
    assertThat(rules.using("tank", "level")).isEmpty();
    assertThat(rules.lint())
        .singleElement()
        .satisfies(lint -> {
          assertThat(lint.rule()).isEqualTo("mode");
          assertThat(lint.path()).isEqualTo("effects[0].patch");
          assertThat(lint.message()).contains("desired.mode");
        });
  }
}
