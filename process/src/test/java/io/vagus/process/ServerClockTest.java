package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.ledger.Balance;
import io.vagus.model.Envelope;
import io.vagus.model.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's time of day leaps, ahead and back. */
class ServerClockTest {
  @TempDir Path folder;

  private static Envelope now(Rig rig, String id, double value) {
    return Messages.of("d1").at(rig.clock.micros()).id(id).says("{\"t\":" + value + "}");
  }

  private static double last(Rig rig) {
    rig.drain();
    return rig.latest("d1").getFirst().number();
  }

  @Property(tries = 30)
  void losesAndRepeatsNothing(@ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int count)
      throws IOException {
    Random random = new Random(seed);
    Path state = Files.createTempDirectory(folderOf(seed));
    try (Rig rig = new Rig(state)) {
      for (int i = 0; i < count; i++) {
        rig.clock.advance(Duration.ofNanos(1000L * (1000 + random.nextInt(5_000_000))));
        if (random.nextInt(5) == 0) {
          rig.clock.jump(Duration.ofMinutes(random.nextInt(-60_000, 60_000)));
        }
        Envelope message =
            random.nextBoolean()
                ? now(rig, "m" + i, i)
                : Messages.of("d1").at(rig.clock.micros()).says(Messages.T0 + i * 1_000_000L, i);
        rig.send(message, message);
        if (random.nextInt(6) == 0) {
          rig.crash();
        }
      }
      Balance.Line total = rig.drain().balance().total();
      assertThat(rig.ledger.balance().balanced()).isTrue();
      assertThat(total.accepted()).as("seed %d", seed).isEqualTo(count);
      assertThat(total.duplicate()).isEqualTo(count);
      assertThat(rig.series.stored.values().stream().map(Reading::number).distinct())
          .as("seed %d", seed)
          .hasSize(count);
    } finally {
      ReplayTest.delete(state);
    }
  }

  private static String folderOf(long seed) {
    return "clock" + Long.toHexString(seed);
  }

  @Test
  void showsWhatComesAfterTheClockWasSetBack() {
    try (Rig rig = new Rig(folder)) {
      rig.clock.jump(Duration.ofDays(365));
      rig.send(now(rig, "ahead", 1));
      assertThat(last(rig)).isEqualTo(1);
      rig.clock.jump(Duration.ofDays(-365));
      rig.send(now(rig, "right", 2));
      assertThat(last(rig)).isEqualTo(2);
    }
  }

  @Test
  void remembersMessagesAcrossALeap() {
    try (Rig rig = new Rig(folder)) {
      rig.send(now(rig, "first", 0));
      rig.clock.advance(Duration.ofMinutes(20));
      rig.send(now(rig, "a", 1));
      rig.clock.advance(Duration.ofMinutes(20));
      rig.send(now(rig, "between", 0));
      rig.clock.jump(Duration.ofDays(300));
      rig.send(now(rig, "b", 2), now(rig, "a", 1));
      assertThat(rig.drain().balance().total().duplicate()).isEqualTo(1);
      rig.clock.jump(Duration.ofDays(-300));
      rig.send(now(rig, "b", 2), now(rig, "a", 1));
      assertThat(rig.drain().balance().total().duplicate()).isEqualTo(3);
    }
  }

  @Test
  void removesNothingForALeapOfTheClockAndSaysSo() {
    try (Rig rig = new Rig(folder)) {
      long before = rig.clock.micros();
      rig.clock.jump(Duration.ofDays(365));
      rig.clock.advance(Duration.ofSeconds(11));
      rig.turn();
      assertThat(rig.series.maintainedAtMicros)
          .isEqualTo(before + Duration.ofSeconds(11).toNanos() / 1000);
      assertThat(rig.worker.stalled()).contains("leapt ahead by PT8760H");
      rig.clock.jump(Duration.ofDays(-365));
      rig.clock.advance(Duration.ofSeconds(11));
      rig.turn();
      assertThat(rig.worker.stalled()).isEmpty();
    }
  }
}
