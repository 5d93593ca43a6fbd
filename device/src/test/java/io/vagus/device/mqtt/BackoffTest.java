package io.vagus.device.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void tenThousandDevicesDoNotComeBackAtOnce() {
    SplittableRandom random = new SplittableRandom(7);
    TreeMap<Long, Integer> perSecond = new TreeMap<>();
    for (int device = 0; device < 10_000; device++) {
      perSecond.merge(Backoff.DEFAULT.waitMillis(1, random) / 1000, 1, Integer::sum);
    }
    assertThat(perSecond.values()).allMatch(n -> n < 2_500);

    perSecond.clear();
    for (int device = 0; device < 10_000; device++) {
      perSecond.merge(Backoff.DEFAULT.waitMillis(8, random) / 1000, 1, Integer::sum);
    }
    assertThat(perSecond.values()).allMatch(n -> n < 150);
  }

  @Test
  void itGrowsAndStaysWithinItsBounds() {
    SplittableRandom random = new SplittableRandom(7);
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(3));
    for (int failures = 1; failures < 1000; failures++) {
      long most = failures > 5 ? 3000 : 100L << (failures - 1);
      assertThat(backoff.waitMillis(failures, random)).isBetween(most / 10, most);
    }
  }
}
