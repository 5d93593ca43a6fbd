package io.vagus.rule.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vagus.model.Reading;
import io.vagus.rule.Effect;
import io.vagus.rule.Firing;
import io.vagus.rule.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Windows against references that keep every reading. */
final class WindowPropertyTest {
  /** Sees all that a window has. */
  private static final String ALL =
      "windows.w.count > 0.0 && windows.w.sum > -1e300 && windows.w.mean > -1e300"
          + " && windows.w.min > -1e300 && windows.w.max > -1e300 && windows.w.stddev >= 0.0"
          + " && windows.w.rms >= 0.0 && windows.w.first > -1e300 && windows.w.last > -1e300"
          + " && windows.w.from <= windows.w.to";

  private static Plant plant(Window window) {
    return new Plant(
        RuleText.of("all", ALL)
            .window("w", window)
            .always()
            .effects(new Effect.Send("erp", Optional.empty())));
  }

  @Property(tries = 150)
  void tumblingWindowsAreWhatAllReadingsSay(@ForAll long seed) {
    Random random = new Random(seed);
    agree(
        random,
        new Window.Tumbling(
            "temperature",
            Duration.ofSeconds(1 + random.nextInt(60)),
            Duration.ofSeconds(random.nextInt(30))));
  }

  @Property(tries = 150)
  void sessionsAreWhatAllReadingsSay(@ForAll long seed) {
    Random random = new Random(seed);
    agree(
        random,
        new Window.Session(
            "temperature",
            Duration.ofSeconds(1 + random.nextInt(20)),
            Window.LONGEST,
            Duration.ofSeconds(random.nextInt(30))));
  }

  private static void agree(Random random, Window window) {
    Plant plant = plant(window);
    SpanReference reference = new SpanReference(WindowShape.of("w", window));
    Arrivals arrivals = new Arrivals(random);
    for (int i = 0; i < 150; i++) {
      arrivals.next();
      if (random.nextInt(10) == 0) {
        same(reference.time(arrivals.now), plant.mark((arrivals.now - Plant.MIDNIGHT) / 1e6));
      } else {
        same(
            reference.reading(arrivals.time, arrivals.value, arrivals.now),
            plant.message(plant.pump("p"), arrivals.now, arrivals.reading(plant), false));
      }
    }
    arrivals.now += Duration.ofDays(1).toNanos() / 1000;
    same(reference.time(arrivals.now), plant.mark((arrivals.now - Plant.MIDNIGHT) / 1e6));
    assertThat(plant.counts("all").late()).isEqualTo(reference.late);
    assertThat(plant.engine().nextDueMicros()).isEqualTo(Long.MAX_VALUE);
  }

  @Property(tries = 150)
  void slidingWindowsAreWhatAllReadingsSay(@ForAll long seed) {
    Random random = new Random(seed);
    long slide = 1 + random.nextInt(10);
    long size = slide * (1 + random.nextInt(20)) + random.nextInt((int) slide);
    Plant plant =
        plant(
            new Window.Sliding("temperature", Duration.ofSeconds(size), Duration.ofSeconds(slide)));
    Arrivals arrivals = new Arrivals(random);
    List<SpanReference.Taken> taken = new ArrayList<>();
    long newest = Long.MIN_VALUE;
    for (int i = 0; i < 150; i++) {
      arrivals.next();
      long time = Math.min(arrivals.time, arrivals.now);
      newest = Math.max(newest, time);
      taken.add(new SpanReference.Taken(time, arrivals.value));
      long step = slide * 1_000_000;
      long from = (Math.floorDiv(newest, step) - Math.ceilDiv(size, slide) + 1) * step;
      List<SpanReference.Taken> within =
          taken.stream()
              .filter(t -> t.time() >= from)
              .sorted(Comparator.comparingLong(SpanReference.Taken::time))
              .toList();
      same(
          List.of(SpanReference.values(within, from, newest)),
          plant.message(plant.pump("p"), arrivals.now, arrivals.reading(plant), false));
    }
  }

  private static void same(List<Map<String, Object>> expected, List<Firing> fired) {
    assertThat(fired).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      Map<String, Object> seen = Map.copyOf(fired.get(i).seen());
      expected
          .get(i)
          .forEach((path, value) -> {
            if (value instanceof Double number) {
              assertThat((Double) seen.get(path)).as(path).isCloseTo(number, within(1e-6));
            } else {
              assertThat(seen).containsEntry(path, value);
            }
          });
    }
  }

  /** Readings of one device: in order, late, shuffled, from the future. */
  private static final class Arrivals {
    private final Random random;
    private final double level;
    long now = Plant.MIDNIGHT;
    long time;
    double value;

    Arrivals(Random random) {
      this.random = random;
      this.level = random.nextInt(3) * 1e6;
    }

    void next() {
      now += random.nextInt(8) == 0 ? random.nextInt(200_000_000) : random.nextInt(5_000_000);
      long delay =
          switch (random.nextInt(10)) {
            case 0 -> random.nextInt(120_000_000);
            case 1 -> -random.nextInt(60_000_000);
            case 2 -> random.nextInt(20_000_000);
            default -> random.nextInt(500_000);
          };
      time = now - delay;
      value = level + random.nextInt(100_000) / 1000.0;
    }

    List<Reading> reading(Plant plant) {
      return List.of(Plant.reading(plant.pump("p").device(), "temperature", value, time, now));
    }
  }
}
