package io.vagus.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.model.DeviceId;
import io.vagus.model.DocumentPatch;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.testkit.ManualClock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies last an hour, and are a bounded number. */
@Timeout(60)
class TwinCopiesTest {
  private static final DeviceId D1 = new DeviceId("d1");

  private final ManualClock clock = new ManualClock(1_790_000_000_000_000L);
  private final AtomicInteger made = new AtomicInteger();
  private final TwinCopies copies =
      new TwinCopies(
          new InMemoryRegistry(clock),
          device -> Optional.empty(),
          clock,
          () -> "c" + made.getAndIncrement());

  @Test
  void aCopyIsForgottenAfterAnHour() {
    TwinCopies.Copy copy = copies.make(D1);
    clock.advance(TwinCopies.LIFE.minusSeconds(1));
    assertThat(copies.find(copy.id())).contains(copy);
    clock.advance(java.time.Duration.ofSeconds(1));
    assertThat(copies.find(copy.id())).isEmpty();
    DocumentPatch nothing = new DocumentPatch(List.of());
    assertThat(copies.change(copy.id(), nothing, nothing)).isEmpty();
  }

  @Test
  void thereAreSoManyAtMost() {
    for (int i = 0; i < TwinCopies.MAX_COPIES; i++) {
      copies.make(D1);
    }
    assertThatThrownBy(() -> copies.make(D1)).hasMessageContaining("1000 are kept");
    clock.advance(TwinCopies.LIFE);
    assertThat(copies.find(copies.make(D1).id())).isPresent();
  }
}
