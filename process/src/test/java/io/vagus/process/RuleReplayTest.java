package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.rule.Firing;
import io.vagus.rule.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Issue 6, point 5: whatever the cut, the same firings, none twice. */
class RuleReplayTest {
  private static final List<Rule> RULES = TestRules.ofEveryKind();

  /** Crashes anywhere, and what was handed out on the way. */
  private static List<Firing> crashing(Rig rig, Random random, int count) {
    List<Firing> handedOut = new ArrayList<>();
    RULES.forEach(rig.book::put);
    rig.turn();
    for (int i = 0; i < count; i++) {
      rig.clock.advance(Duration.ofMillis(random.nextInt(20_000)));
      long now = rig.clock.micros();
      long late = random.nextInt(5) == 0 ? random.nextInt(120_000_000) : 0;
      if (random.nextInt(15) == 0) {
        rig.book.put(RULES.get(random.nextInt(RULES.size())));
      } else {
        rig.send(
            Messages.of("d" + random.nextInt(4)).at(now).says(now - late, random.nextInt(100)));
      }
      switch (random.nextInt(4)) {
        case 0 -> rig.crash();
        case 1, 2 -> rig.turn();
        default -> {}
      }
      List<Firing> all = rig.fired();
      handedOut.addAll(all.subList(handedOut.size(), all.size()));
    }
    while (rig.partition.position < rig.journal.endOffset()) {
      rig.turn();
    }
    return handedOut;
  }

  private static List<Firing> upto(long offset, List<Firing> firings) {
    return firings.stream().filter(f -> f.offset() < offset).toList();
  }

  @Property(tries = 20)
  void anyCutGivesTheFiringsOfAnUninterruptedRun(
      @ForAll long seed, @ForAll @IntRange(min = 30, max = 80) int count) throws IOException {
    Path crashed = Files.createTempDirectory("crashing");
    Path folder = Files.createTempDirectory("straight");
    try (Rig rig = new Rig(crashed)) {
      List<Firing> handedOut = crashing(rig, new Random(seed), count);
      long end = rig.partition.position;
      List<Firing> fired = upto(end, rig.fired());
      assertThat(fired).hasSizeGreaterThan(10);
      assertThat(fired.subList(0, handedOut.size())).isEqualTo(handedOut);
      assertThat(fired.stream().map(Firing::id)).doesNotHaveDuplicates();
      try (Rig straight = rig.afresh(folder)) {
        straight.drain();
        assertThat(upto(end, straight.fired()))
            .as("seed %d, count %d", seed, count)
            .isEqualTo(fired);
      }
    } finally {
      ReplayTest.delete(crashed);
      ReplayTest.delete(folder);
    }
  }
}
