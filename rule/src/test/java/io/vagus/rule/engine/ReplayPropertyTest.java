package io.vagus.rule.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.Reading;
import io.vagus.rule.Effect;
import io.vagus.rule.Firing;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random rules over random journals: late readings, clocks that are wrong, marks, edits. Wherever
 * the processing is cut and begun again from bytes, the firings are the same, ids and all.
 */
final class ReplayPropertyTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Window TUMBLING =
      new Window.Tumbling("temperature", MINUTE, Duration.ofSeconds(10));

  private static final List<RuleText> MENU =
      List.of(
          RuleText.of("above", "readings.temperature.value > 80.0"),
          RuleText.of("clears", "readings.temperature.value > 80.0")
              .clear("readings.pressure.value < 5.0"),
          RuleText.of("holds", "readings.temperature.value > 60.0").hold(Duration.ofSeconds(20)),
          RuleText.of("cools", "readings.temperature.value > 60.0").cooldown(MINUTE.dividedBy(2)),
          RuleText.of("aged", "readings.temperature.value > 60.0 && readings.pressure.value > 3.0")
              .maxAge(MINUTE),
          RuleText.of("loops", "readings.pressure.value > 5.0")
              .effects(new Effect.ChangeDesired(Optional.empty(), "{\"a\":1}"))
              .firingsPerMinute(1),
          RuleText.of("streams", "readings.pressure.value > 7.0")
              .always()
              .effects(new Effect.Send("erp", Optional.of("\"${readings.pressure.value}\""))),
          RuleText.of("tumbles", "windows.w.mean > 60.0").window("w", TUMBLING),
          RuleText.of("both", "windows.w.stddev > 10.0 && readings.temperature.value > 50.0")
              .window("w", TUMBLING)
              .hold(Duration.ofSeconds(5)),
          RuleText.of("slides", "windows.w.max - windows.w.min > 50.0")
              .window("w", new Window.Sliding("temperature", MINUTE, Duration.ofSeconds(5))),
          RuleText.of("sessions", "windows.w.count > 2.0 && windows.w.rms > 10.0")
              .window(
                  "w",
                  new Window.Session(
                      "power", Duration.ofSeconds(20), Duration.ofMinutes(3), MINUTE)),
          RuleText.of("silent", "windows.w.absent")
              .window("w", new Window.Absence("pressure", MINUTE)),
          RuleText.of("reports", "reported.mode == 'off' && readings.temperature.value > 20.0"),
          RuleText.of("divides", "100 / int(readings.pressure.value) > 20"));

  @Property(tries = 100)
  void firingsAreTheSameWhereverTheProcessingIsCut(@ForAll long seed) {
    Plant whole = run(seed, Set.of());
    Set<Integer> cuts = new HashSet<>();
    Random random = new Random(~seed);
    for (int i = 0; i < 8; i++) {
      cuts.add(random.nextInt(Journal.RECORDS));
    }
    assertThat(run(seed, cuts).all).isEqualTo(whole.all);
  }

  private static Plant run(long seed, Set<Integer> cuts) {
    Journal journal = new Journal(seed);
    Plant plant = new Plant();
    List<Firing> all = new ArrayList<>();
    for (int i = 0; i < Journal.RECORDS; i++) {
      if (cuts.contains(i)) {
        all.addAll(plant.all);
        plant = plant.restarted();
      }
      journal.next(plant);
    }
    plant.all.addAll(0, all);
    return plant;
  }

  @Property(tries = 50)
  void aReplayFromAnEarlierCheckpointFiresTheSameAgain(@ForAll long seed) {
    int checkpoint = new Random(~seed).nextInt(Journal.RECORDS);
    Journal journal = new Journal(seed);
    Plant plant = new Plant();
    Plant later = plant;
    Journal replay = journal;
    for (int i = 0; i < Journal.RECORDS; i++) {
      if (i == checkpoint) {
        later = plant.restarted();
        replay = new Journal(seed, i);
      }
      journal.next(plant);
    }
    for (int i = checkpoint; i < Journal.RECORDS; i++) {
      replay.next(later);
    }
    List<Firing> since = plant.all.subList(plant.all.size() - later.all.size(), plant.all.size());
    assertThat(later.all).isEqualTo(since);
    assertThat(later.all).extracting(Firing::id).doesNotHaveDuplicates();
    assertThat(plant.all).extracting(Firing::id).doesNotHaveDuplicates();
  }

  @Example
  void theJournalsBringAboutAllThereIs() {
    Set<String> rules = new TreeSet<>();
    Set<Firing.Phase> phases = EnumSet.noneOf(Firing.Phase.class);
    for (long seed = 0; seed < 20; seed++) {
      for (Firing firing : run(seed, Set.of()).all) {
        rules.add(firing.rule());
        phases.add(firing.phase());
      }
    }
    assertThat(rules).containsAll(MENU.stream().map(RuleText::id).toList());
    assertThat(phases).containsExactly(Firing.Phase.values());
  }

  /** The same records for the same seed. */
  private static final class Journal {
    static final int RECORDS = 150;

    private final Random random;
    private final List<RuleText> rules = new ArrayList<>();
    private final int[] versions = new int[MENU.size()];
    private long now = Plant.MIDNIGHT;
    private int record;

    Journal(long seed) {
      this.random = new Random(seed);
      for (RuleText rule : MENU) {
        if (random.nextInt(3) > 0) {
          rules.add(rule);
        }
      }
    }

    /** From a record on. */
    Journal(long seed, int from) {
      this(seed);
      Plant unused = new Plant();
      for (int i = 0; i < from; i++) {
        next(unused);
      }
    }

    void next(Plant plant) {
      now += step();
      int kind = random.nextInt(20);
      if (record++ == 0 || kind == 0) {
        edit(plant);
      } else if (kind < 4) {
        plant.mark((now - Plant.MIDNIGHT) / 1e6);
      } else if (kind == 4) {
        plant.report(
            device(),
            (now - Plant.MIDNIGHT) / 1e6,
            Map.of("mode", random.nextBoolean() ? "off" : "on"));
      } else {
        send(plant);
      }
    }

    private long step() {
      return switch (random.nextInt(30)) {
        case 0 -> -random.nextInt(30_000_000);
        case 1 -> random.nextInt(10) == 0 ? -3_600_000_000L : 0;
        case 2 -> random.nextInt(600_000_000);
        case 3, 4, 5 -> random.nextInt(60_000_000);
        default -> random.nextInt(5_000_000);
      };
    }

    private String device() {
      return "d-" + random.nextInt(4);
    }

    private void send(Plant plant) {
      RecordedDevice device = plant.pump(device());
      List<Reading> readings = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        String metric = List.of("temperature", "pressure", "power").get(random.nextInt(3));
        double value = random.nextInt(50) == 0 ? Double.NaN : random.nextInt(100);
        long time =
            now
                - switch (random.nextInt(8)) {
                  case 0 -> random.nextInt(300_000_000);
                  case 1 -> -random.nextInt(90_000_000);
                  default -> random.nextInt(1_000_000);
                };
        readings.add(
            Plant.reading(
                device.device(),
                metric,
                metric.equals("pressure") ? value / 10 : value,
                time,
                now));
      }
      plant.message(device, now, readings, false);
    }

    /** Some rule gets another version, the same or another text; or goes; or comes back. */
    private void edit(Plant plant) {
      int which = random.nextInt(MENU.size());
      RuleText menu = MENU.get(which);
      versions[which]++;
      boolean was = rules.removeIf(rule -> rule.id().equals(menu.id()));
      if (!was || random.nextInt(4) > 0) {
        rules.add(random.nextBoolean() ? menu : menu.hold(Duration.ofSeconds(random.nextInt(10))));
      }
      List<RuleVersion> all = new ArrayList<>();
      for (RuleText rule : rules) {
        int at = MENU.stream().map(RuleText::id).toList().indexOf(rule.id());
        all.add(rule.version(versions[at] + 1));
      }
      plant.rules(all);
    }
  }
}
