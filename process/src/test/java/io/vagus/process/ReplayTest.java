package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.DataSize;
import io.vagus.ledger.Balance;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.DeadLetterFilter;
import io.vagus.ledger.DuplicateFilter;
import io.vagus.ledger.GapFilter;
import io.vagus.model.Channel;
import io.vagus.model.Envelope;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import io.vagus.model.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** G2, G3 and G4 over any crash, order and repetition. */
class ReplayTest {
  private static final ProcessConfig SMALL = smallWindow();

  private static ProcessConfig smallWindow() {
    ProcessConfig d = ProcessConfig.defaults();
    return new ProcessConfig(
        5,
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        d.maintainEvery(),
        16,
        d.dedupeAge(),
        d.clockThreshold(),
        d.maxFuture(),
        d.maxPast(),
        d.maxMetrics(),
        d.liveQueue(),
        DataSize.ofMebibytes(1),
        DataSize.ofMebibytes(1),
        DataSize.ofMebibytes(1),
        DataSize.ofMebibytes(1),
        DataSize.ofMebibytes(1));
  }

  /** What must be equal whether it crashed or not. */
  private record Outcome(
      Balance.Line total,
      Map<Transport, Long> accepted,
      Map<String, Reading> stored,
      List<List<Reading>> latest,
      List<String> deadLetters,
      List<?> duplicates,
      List<?> gaps) {}

  private static Outcome outcome(Rig rig) {
    var ledger = rig.drain();
    Balance balance = ledger.balance();
    assertThat(balance.balanced()).as("%s", balance).isTrue();
    Map<Transport, Long> accepted = new TreeMap<>();
    balance.listeners().forEach((transport, line) -> accepted.put(transport, line.accepted()));
    return new Outcome(
        balance.total(),
        accepted,
        new TreeMap<>(rig.series.stored),
        Stream.of("d0", "d1", "d2").map(rig::latest).toList(),
        ledger.deadLetters(DeadLetterFilter.ALL, Optional.empty(), 1000).items().stream()
            .map((DeadLetter letter) -> letter.id() + letter.reason() + letter.why())
            .toList(),
        ledger.duplicates(DuplicateFilter.ALL, Optional.empty(), 1000).items(),
        ledger.gaps(GapFilter.ALL, Optional.empty(), 1000).items());
  }

  /** A mixture of good, bad, repeated, late, early and badly timed messages of three devices. */
  private static List<Envelope> messages(Random random, int count) {
    List<Envelope> messages = new ArrayList<>();
    long now = Messages.T0;
    for (int i = 0; i < count; i++) {
      now += random.nextInt(30_000_000);
      Messages m =
          Messages.of("d" + random.nextInt(3))
              .at(now)
              .over(random.nextBoolean() ? Transport.MQTT : Transport.HTTP);
      long time = now + random.nextLong(-600_000_000, 10_000_000);
      messages.add(
          switch (random.nextInt(9)) {
            case 0 -> m.says("{\"t\":");
            case 1 -> m.id("k" + random.nextInt(count)).says("{\"t\":" + i + "}");
            case 2 -> m.packet(random.nextInt(4), random.nextBoolean()).says("{\"t\":7}");
            case 3 -> m.via("gw" + random.nextInt(2)).id("k" + random.nextInt(9)).says(time, i);
            case 4 ->
                m.says(
                    "[{\"id\":\"a%d\",\"t\":%d},{\"u\":1,\"time\":%d}]"
                        .formatted(random.nextInt(9), i, time));
            case 5 ->
                m.says("{\"time\":%d,\"seq\":%d,\"t\":1}".formatted(time, random.nextInt(40)));
            case 6 ->
                m.on(Channel.TIME)
                    .says(
                        "{\"t0\":%d,\"offset\":%d,\"rtt\":20000}"
                            .formatted(now, random.nextInt(9_000_000)));
            case 7 ->
                messages.isEmpty()
                    ? m.says(time, i)
                    : messages.get(random.nextInt(messages.size()));
            default -> m.says(time, i);
          });
    }
    return messages;
  }

  @Property(tries = 30)
  void anyCrashLeavesTheSameLedgerAndReadings(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 90) int count) throws IOException {
    List<Envelope> messages = messages(new Random(seed), count);
    Random cuts = new Random(~seed);
    Outcome straight;
    Path folder = Files.createTempDirectory("straight");
    try (Rig rig = new Rig(folder, SMALL)) {
      rig.send(messages.toArray(Envelope[]::new));
      straight = outcome(rig);
    } finally {
      delete(folder);
    }
    folder = Files.createTempDirectory("crashing");
    try (Rig rig = new Rig(folder, SMALL)) {
      for (Envelope message : messages) {
        rig.send(message);
        switch (cuts.nextInt(6)) {
          case 0 -> rig.crash();
          case 1, 2 -> rig.turn();
          case 3 -> rig.clock.advance(Duration.ofMillis(cuts.nextInt(300)));
          case 4 -> rig.series.failures = cuts.nextInt(2);
          default -> {}
        }
      }
      assertThat(outcome(rig)).as("seed %d, count %d", seed, count).isEqualTo(straight);
      rig.crash();
      assertThat(outcome(rig)).as("after a restart").isEqualTo(straight);
    } finally {
      delete(folder);
    }
  }

  @Property(tries = 30)
  void anyOrderAndRepetitionStoresTheSame(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) throws IOException {
    Random random = new Random(seed);
    List<Envelope> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long time = Messages.T0 - random.nextInt(1_000_000) * 1000L - i;
      messages.add(Messages.of("d" + i % 2).id("m" + i).says(time, i));
    }
    List<Envelope> shuffled = new ArrayList<>(messages);
    for (int i = 0; i < count / 2; i++) {
      shuffled.add(messages.get(random.nextInt(count)));
    }
    Collections.shuffle(shuffled, random);
    assertThat(stored(shuffled)).as("seed %d", seed).isEqualTo(stored(messages));
  }

  /** All readings but for the flag that says in which order they came, and the last state. */
  private static List<Object> stored(List<Envelope> messages) throws IOException {
    Path folder = Files.createTempDirectory("order");
    try (Rig rig = new Rig(folder)) {
      rig.send(messages.toArray(Envelope[]::new));
      assertThat(rig.drain().balance().balanced()).isTrue();
      List<Object> all = new ArrayList<>();
      Stream.of("d0", "d1").map(rig::latest).forEach(all::add);
      for (Reading r : rig.series.stored.values()) {
        all.add(
            List.of(
                r.device(), r.metric(), r.timeMicros(), r.number(), r.quality() & ~Quality.LATE));
      }
      return all;
    } finally {
      delete(folder);
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
