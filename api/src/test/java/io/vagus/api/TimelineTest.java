package io.vagus.api;

import static io.vagus.api.TimelineItem.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.api.Timeline.Range;
import io.vagus.api.TimelineItem.Kind;
import io.vagus.api.TimelineItem.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimelineTest {
  private final Fixture fixture = Fixture.secured();
  private int tokens;

  @AfterEach
  void stop() {
    fixture.close();
  }

  private static TimelineItem item(Kind kind, long micros, int n) {
    return at(micros, kind, Level.INFO, "n" + n, "");
  }

  private static Timeline.Source of(List<TimelineItem> all) {
    return (range, limit) ->
        all.stream()
            .filter(i -> i.timeMicros() >= range.fromMicros() && i.timeMicros() < range.toMicros())
            .sorted(Comparator.comparingLong(TimelineItem::timeMicros).reversed())
            .limit(limit)
            .toList();
  }

  /** Whatever lies where: no page leaves one out or tells one twice, and none is out of order. */
  @Test
  void pagesTellEachOnceTheNewestFirst() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Map<Kind, List<TimelineItem>> all = scattered(random);
      List<TimelineItem> told = pages(all, 60 + random.nextInt(100));
      assertThat(told)
          .as("seed " + seed)
          .containsExactlyInAnyOrderElementsOf(all.values().stream().flatMap(List::stream).toList())
          .isSortedAccordingTo(Comparator.comparingLong(TimelineItem::timeMicros).reversed());
    }
  }

  /** Some kinds crowd, others are rare; now and then several things are at the same time. */
  private static Map<Kind, List<TimelineItem>> scattered(Random random) {
    Map<Kind, List<TimelineItem>> all = new EnumMap<>(Kind.class);
    int span = 100 + random.nextInt(5000);
    for (Kind kind : Kind.values()) {
      List<TimelineItem> some = new ArrayList<>();
      int count = random.nextInt(kind == Kind.MESSAGE ? 1000 : 50);
      for (int n = 0; n < count; n++) {
        some.add(item(kind, random.nextInt(span), n));
      }
      all.put(kind, some);
    }
    return all;
  }

  private static List<TimelineItem> pages(Map<Kind, List<TimelineItem>> all, int limit) {
    Map<Kind, Timeline.Source> sources = new EnumMap<>(Kind.class);
    all.forEach((kind, some) -> sources.put(kind, of(some)));
    List<TimelineItem> told = new ArrayList<>();
    OptionalLong to = OptionalLong.of(Long.MAX_VALUE);
    while (to.isPresent()) {
      Timeline.Page page =
          new Timeline(sources).newest(all.keySet(), new Range(0, to.getAsLong()), limit);
      told.addAll(page.items());
      to = page.toMicros();
    }
    return told;
  }

  @Test
  void tenThousandPointsComeInPages() {
    List<TimelineItem> messages = new ArrayList<>();
    List<TimelineItem> logs = new ArrayList<>();
    for (int n = 0; n < 5000; n++) {
      messages.add(item(Kind.MESSAGE, n * 10L, n));
      logs.add(item(Kind.LOG, n * 10L + 5, n));
    }
    Timeline timeline = new Timeline(Map.of(Kind.MESSAGE, of(messages), Kind.LOG, of(logs)));
    OptionalLong to = OptionalLong.of(Long.MAX_VALUE);
    int told = 0;
    int pages = 0;
    for (; to.isPresent(); pages++) {
      Timeline.Page page =
          timeline.newest(Set.of(Kind.MESSAGE, Kind.LOG), new Range(0, to.getAsLong()), 1000);
      told += page.items().size();
      to = page.toMicros();
    }
    assertThat(told).isEqualTo(10_000);
    assertThat(pages).isLessThanOrEqualTo(11);
  }

  @Test
  void tellsOfAKindOnlyWhatMayBeReadWhereItComesFrom() throws Exception {
    assertThat(kinds("fleet.read")).isEqualTo("[\"connection\",\"change\"]");
    assertThat(kinds("fleet.read", "refusals.read"))
        .isEqualTo("[\"connection\",\"refusal\",\"change\"]");
    String all = timeline("viewer");
    assertThat(all).contains("\"kind\":\"log\"", "bearing warm", "\"kind\":\"dead-letter\"");
    assertThat(timeline("fleet.read")).doesNotContain("bearing warm", "dead-letter");
  }

  private String kinds(String... scopes) throws Exception {
    return timeline(scopes).replaceFirst(".*\"kinds\":(\\[[^]]*]).*", "$1");
  }

  private String timeline(String... scopes) throws Exception {
    var request =
        fixture
            .request("GET", "/api/v1/devices/pump-1/timeline?from=0", "")
            .setHeader("Authorization", "Bearer " + fixture.token("t" + ++tokens, scopes))
            .build();
    var answer = Fixture.send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
