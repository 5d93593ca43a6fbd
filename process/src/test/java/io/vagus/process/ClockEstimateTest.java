package io.vagus.process;

import static io.vagus.process.Messages.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockEstimateTest {
  private static final long SECOND = 1_000_000;
  private static final long HOUR = 3600 * SECOND;

  @TempDir Path folder;
  private Rig rig;
  private long now = T0;

  @BeforeEach
  void open() {
    rig = new Rig(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** A live message: the device's clock is off by so much. */
  private Reading live(long clockError, long delayMicros) {
    now += 15 * SECOND;
    return arrives(now - delayMicros + clockError);
  }

  private Reading arrives(long deviceMicros) {
    rig.send(Messages.of("d1").at(now).id("m" + rig.journal.endOffset()).says(deviceMicros, now));
    rig.turn();
    List<Reading> latest = rig.latest("d1");
    return latest.getFirst();
  }

  private long offset() {
    return rig.partition.device(new DeviceId("d1")).orElseThrow().clock.offsetMicros();
  }

  @Test
  void leavesAClockAloneThatIsRightWithinTheThreshold() {
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      Reading r = live(random.nextLong(-SECOND, SECOND), random.nextLong(20 * SECOND));
      assertThat(r.quality() & Quality.CLOCK_CORRECTED).isZero();
    }
    assertThat(offset()).isZero();
  }

  @Test
  void correctsAClockHoursAheadFromTheSecondMessage() {
    Reading first = live(3 * HOUR, 40_000);
    assertThat(first.timeMicros()).isEqualTo(now);
    assertThat(first.quality()).isEqualTo(Quality.CLAMPED_FUTURE);
    assertThat(first.deviceTimeMicros()).isEqualTo(now - 40_000 + 3 * HOUR);
    live(3 * HOUR, 60_000);
    Reading third = live(3 * HOUR, 90_000);
    assertThat(third.quality()).isEqualTo(Quality.CLOCK_CORRECTED);
    assertThat(third.timeMicros()).isBetween(now - 90_000, now);
    assertThat(offset()).isEqualTo(-3 * HOUR + 40_000);
  }

  @Test
  void correctsASlowClockOnceItHasShownToBeSteady() {
    for (int i = 0; i < 8; i++) {
      assertThat(live(-2 * HOUR, 50_000).quality() & Quality.CLOCK_CORRECTED)
          .isEqualTo(i < 7 ? 0 : Quality.CLOCK_CORRECTED);
    }
    assertThat(offset()).isEqualTo(2 * HOUR + 50_000);
    Reading r = live(-2 * HOUR, 80_000);
    assertThat(r.timeMicros()).isBetween(now - 80_000, now);
    assertThat(r.quality()).isEqualTo(Quality.CLOCK_CORRECTED);
  }

  @Test
  void doesNotTakeABufferBeingEmptiedForASlowClock() {
    live(0, 50_000);
    long outage = 6 * HOUR;
    now += outage;
    for (long time = now - outage; time < now; time += 60 * SECOND) {
      now += SECOND / 2; // two a second: an hour's data in half a minute
      arrives(time);
      assertThat(offset()).isZero();
    }
  }

  @Test
  void doesNotTakeBufferedDataAmongLiveDataForASlowClock() {
    for (int i = 0; i < 100; i++) {
      live(0, 50_000);
      arrives(now - 5 * HOUR);
      assertThat(offset()).isZero();
    }
  }

  @Test
  void isNotMovedByOneMadTime() {
    live(0, 50_000);
    Reading mad = live(900 * 24 * HOUR, 50_000);
    assertThat(mad.quality()).isEqualTo(Quality.CLAMPED_FUTURE);
    Reading next = live(0, 50_000);
    assertThat(next.quality()).isEqualTo(Quality.GOOD);
    assertThat(offset()).isZero();
  }

  @Test
  void clampsTheFarPastUntilItIsSteady() {
    Reading first = live(-20_000 * 24 * HOUR, 0);
    assertThat(first.quality()).isEqualTo(Quality.CLAMPED_PAST);
    assertThat(first.timeMicros()).isEqualTo(now);
    for (int i = 0; i < 8; i++) {
      live(-20_000 * 24 * HOUR, 0);
    }
    assertThat(live(-20_000 * 24 * HOUR, 0).quality()).isEqualTo(Quality.CLOCK_CORRECTED);
  }

  @Test
  void followsAClockThatIsSetRight() {
    live(HOUR, 0);
    live(HOUR, 0);
    assertThat(offset()).isEqualTo(-HOUR);
    for (int i = 0; i < 8; i++) {
      live(0, 0);
    }
    assertThat(offset()).isZero();
  }

  @Test
  void believesAFinishedTimeExchange() {
    exchange("{\"t0\":1,\"offset\":-7200000400,\"rtt\":80000}");
    assertThat(offset()).isEqualTo(-2 * HOUR);
    exchange("{\"t0\":1,\"offset\":500000,\"rtt\":80000}");
    assertThat(offset()).as("within the threshold").isZero();
    for (int i = 0; i < 20; i++) {
      live(-HOUR, 0);
    }
    assertThat(offset()).as("an hour late, whatever it looks like").isZero();
    exchange("{\"t0\":1,\"offset\":5000000,\"rtt\":20000000}");
    assertThat(offset()).as("20 s on the way say nothing").isZero();
    exchange("{\"t0\":1,\"offset\":\"x\",\"rtt\":1}");
    assertThat(rig.errors).singleElement().asString().contains("offset");
  }

  private void exchange(String payload) {
    rig.send(Messages.of("d1").at(now).on(Channel.TIME).says(payload));
    rig.turn();
  }

  @Test
  void staysTheSameWhenTheServersClockJumps() {
    live(0, 0);
    now += 365 * 24 * HOUR;
    Reading jumped = arrives(T0 + 60 * SECOND);
    assertThat(jumped.quality() & Quality.CLOCK_CORRECTED).isZero();
    now = T0 + 120 * SECOND;
    assertThat(arrives(now).quality() & Quality.CLOCK_CORRECTED).isZero();
    assertThat(offset()).isZero();
  }
}
