package io.vagus.series.questdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimeOrderTest {
  @Test
  void whatIsInOrderStaysAsItIs() {
    assertThat(TimeOrder.of(new long[] {1, 1, 2, 5}, 4)).containsExactly(0, 1, 2, 3);
    assertThat(TimeOrder.of(new long[] {9}, 1)).containsExactly(0);
    assertThat(TimeOrder.of(new long[] {9}, 0)).isEmpty();
  }

  @Test
  void rowsBehindTheCountAreNotLookedAt() {
    assertThat(TimeOrder.of(new long[] {3, 2, 1, 0}, 2)).containsExactly(1, 0);
  }

  @Test
  void anyTimesAreOrderedAndThoseOfOneTimeStayAsTheyCame() {
    Random random = new Random(20_261_126);
    for (int round = 0; round < 2000; round++) {
      int count = random.nextInt(200);
      int range = 1 + random.nextInt(300);
      long[] times = random.longs(count, 0, range).toArray();
      if (round % 3 == 0) {
        Arrays.sort(times, 0, count / 2);
        Arrays.sort(times, count / 2, count);
      }

      assertThat(TimeOrder.of(times, count))
          .as("round %d: %s", round, Arrays.toString(times))
          .containsExactly(
              IntStream.range(0, count)
                  .boxed()
                  .sorted(Comparator.comparingLong(row -> times[row]))
                  .mapToInt(Integer::intValue)
                  .toArray());
    }
  }
}
