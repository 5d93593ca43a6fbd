package io.vagus.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvenTest {
  private static final Shares SHARES =
      new Shares(new LinkedHashMap<>(Map.of("a", 7.0, "b", 2.0, "c", 1.0)));

  private static long count(long seed, int question, int devices, String value) {
    Dice dice = new Dice(seed);
    long count = 0;
    for (int n = 1; n <= devices; n++) {
      count += SHARES.pick(new Even(dice, n).at(question)).equals(value) ? 1 : 0;
    }
    return count;
  }

  @Test
  void aHundredDevicesHaveTheSharesForEachQuestionAndSeed() {
    for (long seed = 1; seed <= 20; seed++) {
      for (int question = 0; question < 10; question++) {
        assertThat(count(seed, question, 100, "a")).as("seed " + seed).isBetween(65L, 75L);
        assertThat(count(seed, question, 100, "c")).as("seed " + seed).isBetween(6L, 14L);
      }
    }
  }

  @Test
  void theAnswersToTwoQuestionsDoNotGoTogether() {
    Dice dice = new Dice(3);
    int both = 0;
    for (int n = 1; n <= 1000; n++) {
      Even even = new Even(dice, n);
      both += even.at(0) < 0.5 && even.at(1) < 0.5 ? 1 : 0;
    }
    assertThat(both).isBetween(220, 280);
  }
}
