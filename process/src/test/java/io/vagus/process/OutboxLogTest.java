package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.rule.Action;
import io.vagus.rule.Effect;
import io.vagus.rule.Firing;
import io.vagus.rule.Outbox;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxLogTest extends OutboxContract {
  @TempDir Path folder;
  private OutboxLog outbox;

  @BeforeEach
  void open() {
    outbox = new OutboxLog(folder, 1 << 20);
  }

  @AfterEach
  void close() {
    outbox.close();
  }

  @Override
  Outbox outbox() {
    return outbox;
  }

  @Override
  void add(List<Firing> firings) {
    outbox.add(firings.getFirst().offset(), firings);
    outbox.force();
  }

  @Test
  void handsOutWhatIsDurableOnly() throws InterruptedException {
    outbox.add(4, firings(4, 1));
    assertThat(outbox.read(-1, 9, NOW)).isEmpty();
    assertThat(outbox.at(4)).isEmpty();
    assertThat(outbox.recent(Outbox.Filter.ALL, OptionalLong.empty(), 9).firings()).isEmpty();
    outbox.force();
    assertThat(outbox.read(-1, 9, NOW)).isEqualTo(firings(4, 1));
    assertThat(outbox.at(4)).isEqualTo(firings(4, 1));
  }

  @Test
  void isTheSameAfterARestart() throws InterruptedException {
    IntStream.range(0, 50).forEach(offset -> add(firings(offset, 2)));
    List<Firing> before = outbox.read(-1, 100, NOW);
    outbox.close();
    open();
    assertThat(outbox.newestOffset()).isEqualTo(49);
    assertThat(outbox.read(-1, 100, NOW)).isEqualTo(before);
    add(firings(49, 1));
    assertThat(outbox.read(48, 100, NOW)).isEqualTo(firings(49, 2));
  }

  private static List<Firing> large(long offset) {
    Firing f = firing(offset, 0, "r", "d");
    return List.of(
        new Firing(
            offset,
            0,
            f.rule(),
            1,
            f.device(),
            f.product(),
            f.phase(),
            f.mode(),
            0,
            0,
            f.seen(),
            List.of(new Action.NoteEvent(Effect.Severity.INFO, "x".repeat(10_000)))));
  }

  @Test
  void losesTheOldestWhenItIsFullAndSaysForWhom() throws InterruptedException {
    outbox.release("quick", -1);
    outbox.release("hanging", 2);
    outbox.release("deleted", 2);
    outbox.release("deleted", Long.MAX_VALUE);
    for (long offset = 0; offset < 150; offset++) {
      add(large(offset));
      outbox.release("quick", offset);
    }
    long oldest = outbox.read(-1, 1, NOW).getFirst().offset();
    assertThat(oldest).isGreaterThan(20);
    assertThat(outbox.lost()).isEqualTo(oldest - 3);
    assertThat(outbox.concern()).contains("{hanging=" + (oldest - 3) + "}");
    assertThat(outbox.read(oldest, 500, NOW)).hasSize((int) (149 - oldest));
  }

  @Test
  void losesNothingThatWasReleased() {
    for (long offset = 0; offset < 150; offset++) {
      add(large(offset));
      outbox.release("quick", offset);
    }
    assertThat(outbox.lost()).isZero();
    assertThat(outbox.concern()).isEmpty();
  }
}
