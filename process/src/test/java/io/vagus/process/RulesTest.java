package io.vagus.process;

import static io.vagus.process.Messages.T0;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.rule.Action;
import io.vagus.rule.Firing;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleStats;
import io.vagus.rule.Window;
import io.vagus.rule.engine.Products;
import io.vagus.rule.engine.RuleCounts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rules at work on the journal, without a thread. */
@Timeout(60)
class RulesTest {
  private static final Rule HIGH =
      TestRules.rule("high", "readings.t.value > 80.0", Map.of(), TestRules.alert("hot"));
  private static final Rule SILENT =
      TestRules.rule(
          "silent",
          "windows.w.absent",
          Map.of("w", new Window.Absence("t", Duration.ofMinutes(10))),
          TestRules.alert("silent"));

  @TempDir Path folder;
  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** Puts a rule in force: the mark that says so is read. */
  private void obey(Rule rule) {
    long revision = rig.book.put(rule).revision();
    inForce(revision);
  }

  private void inForce(long revision) {
    eventually(
        Duration.ofSeconds(10),
        "revision " + revision,
        () -> {
          rig.turn();
          return rig.partition.revision == revision;
        });
  }

  /** The receipt of a value a while after T0, when it is read at once. */
  private void hear(String device, Duration after, double value) {
    long micros = at(after);
    rig.send(Messages.of(device).at(micros).says("{\"t\":" + value + "}"));
    rig.turn();
  }

  /** Has the server's clock show that. */
  private long at(Duration after) {
    long micros = T0 + after.toNanos() / 1000;
    rig.clock.jump(Duration.of(micros - rig.clock.micros(), ChronoUnit.MICROS));
    return micros;
  }

  private List<Firing> fired() {
    return rig.fired();
  }

  private RuleCounts counts(String rule) {
    return rig.compiler.ready().counts().get(rule);
  }

  private List<String> phases() {
    return fired().stream().map(f -> f.device() + " " + f.rule() + " " + f.phase()).toList();
  }

  @Test
  void firesWhenAValueBeginsToBeHighAndClearsWhenItEnds() {
    obey(HIGH);
    hear("d1", Duration.ofSeconds(1), 70);
    hear("d1", Duration.ofSeconds(2), 81);
    hear("d1", Duration.ofSeconds(3), 85);
    hear("d2", Duration.ofSeconds(4), 99);
    hear("d1", Duration.ofSeconds(5), 60);
    assertThat(phases()).containsExactly("d1 high RAISED", "d2 high RAISED", "d1 high CLEARED");
    assertThat(fired().getFirst().seen()).containsEntry("readings.t.value", 81.0);
  }

  @Test
  void whatHappenedBeforeARuleWasInForceFiresNothing() {
    hear("d1", Duration.ofSeconds(1), 99);
    obey(HIGH);
    assertThat(fired()).isEmpty();
    hear("d1", Duration.ofSeconds(2), 99);
    assertThat(phases()).containsExactly("d1 high RAISED");
  }

  @Test
  void aSilentFleetStillLetsTimePass() {
    obey(SILENT);
    hear("d1", Duration.ofSeconds(1), 20);
    hear("d2", Duration.ofMinutes(4), 20);
    long before = rig.journal.endOffset();
    rig.turn();
    at(Duration.ofMinutes(9));
    rig.turn();
    assertThat(rig.journal.endOffset()).as("nothing is due").isEqualTo(before);
    at(Duration.ofMinutes(11));
    eventually(
        Duration.ofSeconds(10),
        "a mark",
        () -> {
          rig.turn();
          return !fired().isEmpty();
        });
    assertThat(phases()).containsExactly("d1 silent RAISED");
    assertThat(rig.journal.endOffset()).as("one mark").isEqualTo(before + 1);
    hear("d1", Duration.ofMinutes(12), 21);
    assertThat(phases()).containsExactly("d1 silent RAISED", "d1 silent CLEARED");
  }

  @Test
  void marksAreNoMessagesToTheLedger() {
    obey(HIGH);
    hear("d1", Duration.ofSeconds(1), 99);
    obey(SILENT);
    var balance = rig.drain().balance();
    assertThat(balance.balanced()).as("%s", balance).isTrue();
    assertThat(balance.total().received()).isEqualTo(1);
  }

  @Test
  void aChangeIsInForceFromItsMarkOn() {
    obey(HIGH);
    hear("d1", Duration.ofSeconds(1), 85);
    obey(TestRules.rule("high", "readings.t.value > 90.0", Map.of(), TestRules.alert("hot")));
    hear("d1", Duration.ofSeconds(2), 85);
    assertThat(fired()).extracting(Firing::version).containsExactly(1, 2);
    assertThat(phases()).containsExactly("d1 high RAISED", "d1 high CLEARED");
  }

  @Test
  void whatIsRememberedSurvivesACrashAndARestart() {
    obey(HIGH);
    obey(SILENT);
    hear("d1", Duration.ofSeconds(1), 99);
    rig.drain();
    rig.crash();
    assertThat(rig.partition.revision).isEqualTo(2);
    hear("d1", Duration.ofSeconds(20), 98);
    assertThat(phases()).as("still raised").containsExactly("d1 high RAISED");
    hear("d1", Duration.ofSeconds(30), 50);
    rig.drain();
    rig.crash();
    at(Duration.ofMinutes(11));
    eventually(
        Duration.ofSeconds(10),
        "the absence",
        () -> {
          rig.turn();
          return fired().size() == 3;
        });
    assertThat(phases()).containsExactly("d1 high RAISED", "d1 high CLEARED", "d1 silent RAISED");
  }

  @Test
  void aCrashBetweenTheBooksCommitAndItsMarkIsMadeUpFor() {
    obey(HIGH);
    rig.drain();
    rig.book.put(SILENT);
    rig.crash();
    inForce(2);
  }

  @Test
  void aRuleThatAProductsChangeBreaksIsNamedAndTheOthersGoOn() {
    obey(HIGH);
    obey(TestRules.rule("cold", "readings.u.value < 10.0", Map.of(), TestRules.alert("cold")));
    rig.products = new Products(Map.of("open", SensorModels.open("u")));
    rig.book.remove("none");
    inForce(3);
    assertThat(rig.compiler.ready().broken()).containsOnlyKeys("high");
    rig.send(Messages.of("d1").at(T0 + 1_000_000).says("{\"t\":99,\"u\":5}"));
    rig.turn();
    assertThat(phases()).containsExactly("d1 cold RAISED");
  }

  @Test
  void aThousandTimersAMarkAndTheNextMarkAtOnce() {
    obey(SILENT);
    for (int i = 0; i < 2500; i++) {
      rig.send(Messages.of("d" + i).at(T0).says("{\"t\":1}"));
    }
    rig.drain();
    at(Duration.ofMinutes(11));
    eventually(
        Duration.ofSeconds(20),
        "all",
        () -> {
          rig.turn();
          return fired().size() == 2500;
        });
    Map<Long, Long> byOffset =
        fired().stream()
            .collect(
                java.util.stream.Collectors.groupingBy(
                    Firing::offset, java.util.stream.Collectors.counting()));
    assertThat(byOffset.values()).containsExactlyInAnyOrder(1000L, 1000L, 500L);
  }

  @Test
  void aClockSetBackFiresNothingTwiceAndGoesOn() {
    obey(SILENT);
    obey(HIGH);
    hear("d1", Duration.ofHours(5), 99);
    hear("d1", Duration.ofSeconds(10), 98);
    hear("d1", Duration.ofSeconds(20), 20);
    at(Duration.ofMinutes(11));
    eventually(
        Duration.ofSeconds(10),
        "the absence",
        () -> {
          rig.turn();
          return fired().size() >= 3;
        });
    assertThat(phases()).containsExactly("d1 high RAISED", "d1 high CLEARED", "d1 silent RAISED");
  }

  @Test
  void aLoopIsStoppedAndNamed() {
    obey(
        TestRules.rule(
            "loop",
            "readings.t.value > 80.0",
            Map.of(),
            new io.vagus.rule.Effect.ChangeDesired(java.util.Optional.empty(), "{\"a\":1}")));
    for (int i = 0; i < 100; i++) {
      hear("d1", Duration.ofMillis(200 + i * 100), i % 2 == 0 ? 99 : 20);
    }
    List<Firing> fired = fired();
    Firing last = fired.getLast();
    assertThat(last.phase()).isEqualTo(Firing.Phase.LOOPING);
    assertThat(last.actions())
        .singleElement()
        .isInstanceOfSatisfying(
            Action.RaiseAlert.class, a -> assertThat(a.text()).contains("loop").contains("d1"));
    assertThat(fired).filteredOn(f -> f.phase() == Firing.Phase.RAISED).hasSize(30);
    assertThat(counts("loop").looped()).isEqualTo(1);
  }

  @Test
  void measuresEachRule() {
    obey(HIGH);
    obey(
        TestRules.rule(
            "throws", "readings.t.value > readings.u.value", Map.of(), TestRules.alert("x")));
    hear("d1", Duration.ofSeconds(1), 99);
    RuleCounts high = counts("high");
    assertThat(high.evaluated()).isEqualTo(1);
    assertThat(high.raised()).isEqualTo(1);
    assertThat(high.errors()).isZero();
    RuleStats stats = rig.ruleMeters.of("high").orElseThrow();
    assertThat(stats.decided().count()).isEqualTo(1);
    assertThat(stats.sinceEvent().count()).isEqualTo(1);
    assertThat(stats.firedPerMinute()).isEqualTo(0.2);
    assertThat(stats.lagRecords()).isZero();
    rig.send(Messages.of("d1").at(T0 + 2_000_000).says("{\"t\":99}"));
    assertThat(rig.ruleMeters.of("high").orElseThrow().lagRecords()).isEqualTo(1);
    assertThat(counts("throws").errors()).isEqualTo(1);
    assertThat(counts("throws").lastError()).isNotEmpty();
    assertThat(rig.ruleMeters.of("none")).isEmpty();
  }
}
