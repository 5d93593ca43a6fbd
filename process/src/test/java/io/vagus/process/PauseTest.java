package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.testkit.ManualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PauseTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private final ManualClock clock = new ManualClock(0);
  private final AtomicInteger done = new AtomicInteger();

  @Test
  void saysHowLongItTook() throws Exception {
    Pause pause =
        new Pause(() -> {
          done.incrementAndGet();
          clock.advance(Duration.ofMillis(7));
        });
    pause.run(clock);
    pause.run(clock);

    assertThat(pause.await(SHORT)).isEqualTo(Duration.ofMillis(7));
    assertThat(pause.isOver()).isTrue();
    assertThat(done).hasValue(1);
  }

  @Test
  void isNotDoneAnyMoreWhenWhoAskedGaveUp() {
    Pause pause = new Pause(done::incrementAndGet);

    assertThatThrownBy(() -> pause.await(SHORT)).isInstanceOf(TimeoutException.class);
    pause.run(clock);

    assertThat(done).hasValue(0);
    assertThat(pause.isOver()).isTrue();
  }

  @Test
  void isWaitedForOnceItHasBegun() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Pause pause =
        new Pause(() -> {
          begun.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          throw new VagusException(ErrorCode.DISK_FULL, "no room");
        });
    Thread worker = Thread.ofVirtual().start(() -> pause.run(clock));
    begun.await();
    Thread waker = Thread.ofVirtual().unstarted(goOn::countDown);

    assertThatThrownBy(
            () -> {
              waker.start();
              pause.await(Duration.ofNanos(1));
            })
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
    worker.join();
  }
}
