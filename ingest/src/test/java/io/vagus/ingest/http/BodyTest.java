package io.vagus.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BodyTest {
  private static final int MAX_BYTES = 100_000;
  private final AtomicLong budgetBytes = new AtomicLong(50_000);

  private static void add(Body body, int bytes) {
    body.add(Unpooled.wrappedBuffer(new byte[bytes]));
  }

  @Test
  void gathersPartsOfAnySize() {
    try (Body body = new Body(-1, MAX_BYTES, budgetBytes)) {
      for (int i = 1; i < 100; i++) {
        body.add(Unpooled.wrappedBuffer(new byte[] {(byte) i, 7}));
      }
      byte[] whole = ((Body.Whole) body.content(false)).bytes();
      assertThat(whole).hasSize(198).startsWith(1, 7, 2, 7).endsWith(98, 7, 99, 7);
    }
  }

  @Test
  void takesNoMoreThanAllBodiesMayAndGivesItBack() {
    try (Body first = new Body(-1, MAX_BYTES, budgetBytes);
        Body second = new Body(-1, MAX_BYTES, budgetBytes);
        Body small = new Body(200, MAX_BYTES, budgetBytes)) {
      add(first, 40_000);
      add(second, 40_000);
      add(second, 40_000);
      add(small, 200);

      assertThat(first.content(false)).isInstanceOf(Body.Whole.class);
      assertThat(second.content(false)).isInstanceOf(Body.Crowded.class);
      assertThat(small.content(false)).isInstanceOf(Body.Whole.class);
    }
    assertThat(budgetBytes).hasValue(50_000);
  }

  @Test
  void keepsNothingOfWhatIsTooLarge() {
    try (Body body = new Body(-1, MAX_BYTES, budgetBytes)) {
      add(body, 30_000);
      add(body, 70_001);
      assertThat(body.content(false)).isInstanceOf(Body.TooLarge.class);
      assertThat(budgetBytes).hasValue(50_000);
    }
  }
}
