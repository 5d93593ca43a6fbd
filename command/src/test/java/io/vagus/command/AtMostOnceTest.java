package io.vagus.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * G6: whatever is lost, repeated, shuffled or killed between operator, platform and device, a
 * command has at most one effect, in order within its lane; and once the way is good again, each is
 * over.
 */
class AtMostOnceTest {
  @Property(tries = 400)
  void anyInterleavingHasAtMostOneEffect(
      @ForAll long seed, @ForAll @IntRange(min = 10, max = 120) int steps) {
    Simulation simulation = new Simulation(new Random(seed));
    for (int i = 0; i < steps; i++) {
      simulation.step();
    }
    simulation.settle();
    assertThat(simulation.device.executions()).as("seed " + seed).allMatch(times -> times == 1);
    for (List<Long> lane : simulation.device.ordinals()) {
      assertThat(lane).as("seed " + seed).isSorted();
    }
    assertThat(simulation.open()).as("seed " + seed).isEmpty();
    assertThat(simulation.contradictions()).as("seed " + seed).isEmpty();
  }
}
