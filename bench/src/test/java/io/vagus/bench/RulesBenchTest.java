package io.vagus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.rule.Window;
import io.vagus.rule.engine.CompiledRules;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RulesBenchTest {

  @Test
  void aMessageCostsTheRulesThatMatchNotThoseThereAre() {
    for (CompiledRules rules : List.of(BenchRules.thresholds(300), BenchRules.bands(300))) {
      EngineLoad load = new EngineLoad(rules, 10, 1, 1);
      load.send(20);
      assertThat(judged(rules)).isEqualTo(200);
      assertThat(load.fired()).isEqualTo(10);
    }
    CompiledRules spread = BenchRules.spread(300);
    new EngineLoad(spread, 10, BenchRules.PRODUCTS, BenchRules.METRICS).send(20);
    assertThat(judged(spread)).isZero();
  }

  private static long judged(CompiledRules rules) {
    return rules.counts().values().stream().mapToLong(counts -> counts.evaluated()).sum();
  }

  @Test
  void whatWindowsRememberIsRestored() {
    Window window = new Window.Tumbling("m0", Duration.ofMinutes(1), Duration.ZERO);
    CompiledRules rules = BenchRules.window(window, "windows.w.count > 59.0");
    EngineLoad load = new EngineLoad(rules, 10, 1, 1);
    load.send(60);
    List<byte[]> state = load.written();
    EngineLoad restored = new EngineLoad(rules, 10, 1, 1);
    restored.restore(state);
    assertThat(restored.written()).usingRecursiveComparison().isEqualTo(state);
  }
}
