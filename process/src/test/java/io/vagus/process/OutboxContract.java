package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.DeviceId;
import io.vagus.rule.Firing;
import io.vagus.rule.Outbox;
import io.vagus.rule.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every outbox keeps to. */
@Timeout(30)
abstract class OutboxContract {
  static final Duration NOW = Duration.ZERO;

  abstract Outbox outbox();

  /** Adds all firings of one offset and makes them durable. */
  abstract void add(List<Firing> firings);

  static Firing firing(long offset, int index, String rule, String device) {
    return new Firing(
        offset,
        index,
        rule,
        1,
        new DeviceId(device),
        "pump",
        Firing.Phase.RAISED,
        Rule.Mode.LIVE,
        offset,
        offset,
        Map.of(),
        List.of());
  }

  static List<Firing> firings(long offset, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> firing(offset, i, "r" + i % 2, "d" + offset % 3))
        .toList();
  }

  private static List<Long> offsets(List<Firing> firings) {
    return firings.stream().map(Firing::offset).toList();
  }

  @Test
  void isEmptyAtFirst() throws InterruptedException {
    assertThat(outbox().newestOffset()).isEqualTo(-1);
    assertThat(outbox().read(-1, 10, NOW)).isEmpty();
    assertThat(outbox().recent(Outbox.Filter.ALL, OptionalLong.empty(), 10))
        .isEqualTo(new Outbox.Recent(List.of(), OptionalLong.empty()));
  }

  @Test
  void givesAllOfAnOffsetTogetherAndInOrder() throws InterruptedException {
    add(firings(3, 2));
    add(firings(9, 1));
    add(firings(10, 3));
    assertThat(outbox().newestOffset()).isEqualTo(10);
    assertThat(outbox().read(-1, 10, NOW))
        .isEqualTo(
            Stream.of(firings(3, 2), firings(9, 1), firings(10, 3)).flatMap(List::stream).toList());
    assertThat(offsets(outbox().read(-1, 2, NOW))).containsExactly(3L, 3L, 9L);
    assertThat(offsets(outbox().read(3, 1, NOW))).containsExactly(9L);
    assertThat(offsets(outbox().read(4, 9, NOW))).containsExactly(9L, 10L, 10L, 10L);
    assertThat(outbox().read(10, 9, NOW)).isEmpty();
    assertThat(outbox().at(10)).isEqualTo(firings(10, 3));
    assertThat(outbox().at(4)).isEmpty();
  }

  @Test
  void addsNoOffsetTwiceNorOneBefore() throws InterruptedException {
    add(firings(5, 1));
    add(firings(5, 3));
    add(firings(4, 1));
    assertThat(outbox().read(-1, 10, NOW)).isEqualTo(firings(5, 1));
  }

  @Test
  void wakesWhoWaits() throws Exception {
    CompletableFuture<List<Firing>> waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return outbox().read(7, 1, Duration.ofSeconds(20));
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    add(firings(7, 1));
    add(firings(8, 1));
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(firings(8, 1));
  }

  @Test
  void readsOnlyFromWhereAReaderIs() throws InterruptedException {
    List<Long> read = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      add(firings(2 * i, 1));
      if (i % 7 == 0) {
        long after = read.isEmpty() ? -1 : read.getLast();
        read.addAll(offsets(outbox().read(after, 5, NOW)));
      }
    }
    List<Long> expected = IntStream.range(0, read.size()).mapToObj(i -> 2L * i).toList();
    assertThat(read).hasSizeGreaterThan(200).isEqualTo(expected);
  }

  @Test
  void listsTheNewestFirstByRuleAndDevice() {
    IntStream.range(0, 30).forEach(offset -> add(firings(offset, 2)));
    Outbox.Recent page = outbox().recent(Outbox.Filter.ALL, OptionalLong.empty(), 3);
    assertThat(offsets(page.firings())).containsExactly(29L, 29L, 28L, 28L);
    assertThat(page.firings().getFirst().index()).isEqualTo(1);
    Outbox.Recent next = outbox().recent(Outbox.Filter.ALL, page.next(), 2);
    assertThat(offsets(next.firings())).containsExactly(27L, 27L);
    Outbox.Filter one = new Outbox.Filter(Optional.of("r1"), Optional.of(new DeviceId("d2")));
    List<Firing> all = new ArrayList<>();
    OptionalLong below = OptionalLong.empty();
    do {
      Outbox.Recent part = outbox().recent(one, below, 4);
      all.addAll(part.firings());
      below = part.next();
    } while (below.isPresent());
    assertThat(offsets(all)).containsExactly(29L, 26L, 23L, 20L, 17L, 14L, 11L, 8L, 5L, 2L);
    assertThat(all).allMatch(firing -> firing.rule().equals("r1"));
  }

  @Test
  void looksNoFurtherBackThanIsAsked() {
    IntStream.range(0, 30).forEach(offset -> add(firings(offset, 1)));
    Outbox.Filter since = new Outbox.Filter(Optional.empty(), Optional.of(new DeviceId("d2")), 17);
    Outbox.Recent page = outbox().recent(since, OptionalLong.empty(), 100);
    assertThat(offsets(page.firings())).containsExactly(29L, 26L, 23L, 20L, 17L);
    assertThat(page.next()).isEmpty();
  }
}
