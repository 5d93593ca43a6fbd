package io.vagus.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.ledger.Balance;
import io.vagus.ledger.DuplicateCause;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int STEPS = Traffic.STEPS + 100;

  private final Traffic traffic = new Traffic(0, 0, line(1000));

  private static Balance.Line line(long received) {
    return new Balance.Line(
        received, received - 3, 1, 1, 1, 0, Map.of(), Map.of(DuplicateCause.REPLAY, received / 10));
  }

  @Test
  void measuresRatesOverTheirWindowOnly() {
    for (int second = 1; second <= 400; second++) {
      traffic.look(second * SECOND, line(1000 + Math.min(3900, 10L * second)));
    }
    assertThat(traffic.window(10).received()).isZero();
    Traffic.Window five = traffic.window(300);
    assertThat(five.seconds()).isEqualTo(300);
    assertThat(five.received()).isEqualTo(2900);
    assertThat(five.causes()).isEqualTo(Map.of(DuplicateCause.REPLAY, 290L));
  }

  @Test
  void measuresOverLessRightAfterTheStart() {
    assertThat(traffic.window(10).perSecond(5)).isZero();
    traffic.look(2 * SECOND, line(1050));
    assertThat(traffic.window(10).seconds()).isEqualTo(2);
    assertThat(traffic.window(10).perSecond(50)).isEqualTo(25);
  }

  @Test
  void keepsADayInSteps() {
    for (int step = 1; step <= STEPS; step++) {
      traffic.close(1, step * 10_000_000L, line(1000 + 2 * step), step);
    }
    History hour = traffic.history(60);
    assertThat(hour.stepSeconds()).isEqualTo(10);
    assertThat(hour.of(History.Series.RECEIVED)).hasSize(360).containsOnly(2);
    assertThat(hour.of(History.Series.CONNECTED)[359]).isEqualTo(STEPS);
    assertThat(hour.fromMicros()).isEqualTo((STEPS - 360) * 10_000_000L);
    History day = traffic.history(24 * 60);
    assertThat(day.stepSeconds()).isEqualTo(120);
    assertThat(day.of(History.Series.RECEIVED)).hasSize(720).containsOnly(24);
  }

  @Test
  void leavesStepsEmptyThatPassedUnseen() {
    traffic.close(3, 30_000_000L, line(1010), 5);
    assertThat(traffic.history(5).of(History.Series.RECEIVED)).containsExactly(10, 0, 0);
    assertThat(traffic.history(5).of(History.Series.CONNECTED)).containsExactly(5, 5, 5);
  }
}
