package io.vagus.process;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.journal.AppendCallback;
import io.vagus.journal.InMemoryJournal;
import io.vagus.journal.RecordBatch;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.ledger.Balance;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.DeadLetterFilter;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.model.Reading;
import io.vagus.model.Transport;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.watch.Watch;
import io.vagus.wire.EnvelopeCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processing on its own thread, with real clocks. */
class ProcessorTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final InMemoryJournal journal = new InMemoryJournal();
  private final MemorySeries series = new MemorySeries();
  private final InMemoryRegistry registry = new InMemoryRegistry(WallClock.system());
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private AtomicLong arrived = new AtomicLong();
  private volatile boolean rebuilt;

  private Processor start(boolean rebuildSeries) {
    arrived = new AtomicLong();
    return Processor.start(
        new ProcessParts(
            ProcessConfig.defaults(),
            folder,
            journal,
            series,
            registry,
            new Watch(registry, WallClock.system(), MonotonicClock.system()),
            transport -> transport == Transport.MQTT ? arrived.get() : 0,
            (device, gateway, reason, why) -> {},
            reported -> {},
            RuleParts.none(),
            WallClock.system(),
            MonotonicClock.system(),
            metrics,
            rebuildSeries,
            () -> rebuilt = true));
  }

  private void send(Envelope... envelopes) {
    RecordBatch batch = new RecordBatch(1024);
    for (Envelope envelope : envelopes) {
      int max = EnvelopeCodec.maxBytes(envelope);
      EnvelopeCodec.encode(envelope, batch.open(envelope.receivedMicros(), max));
      batch.seal();
    }
    int count = envelopes.length;
    boolean taken =
        journal.append(
            batch,
            new AppendCallback() {
              @Override
              public void durable(long firstOffset) {
                arrived.addAndGet(count);
              }

              @Override
              public void abandoned() {}
            });
    assertThat(taken).isTrue();
  }

  private static void caughtUp(Processor processor, long accepted) {
    eventually(
        BOUND,
        "accepted " + accepted,
        () -> processor.ledger().balance().total().accepted() == accepted);
  }

  @Test
  void processesStoresAndGoesOnAfterARestart() {
    try (Processor processor = start(false)) {
      send(Messages.of("d1").id("a").says(Messages.T0, 1));
      caughtUp(processor, 1);
      eventually(BOUND, "stored without more to come", () -> series.stored.size() == 1);
      assertThat(processor.latest().of(new DeviceId("d1")))
          .extracting(Reading::number)
          .containsExactly(1.0);
    }
    try (Processor processor = start(false)) {
      assertThat(processor.latest().of(new DeviceId("d1"))).hasSize(1);
      send(Messages.of("d1").id("a").says(Messages.T0, 1), Messages.of("d1").says(Messages.T0, 2));
      caughtUp(processor, 2);
      Balance balance = processor.ledger().balance();
      assertThat(balance.balanced()).isTrue();
      assertThat(balance.total().duplicate()).isEqualTo(1);
      assertThat(balance.total().received()).isEqualTo(3);
    }
    assertThat(start(false)).satisfies(Processor::close);
  }

  @Test
  void balancesAtAnyMomentUnderLoad() {
    try (Processor processor = start(false)) {
      Thread sender =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 20_000; i++) {
                  Messages m = Messages.of("d" + i % 50);
                  send(i % 7 == 0 ? m.says("{") : m.id("m" + i / 2).says(Messages.T0 + i, i));
                  while (journal.endOffset() < i - 500) {
                    Thread.onSpinWait();
                  }
                }
              });
      int looks = 0;
      while (sender.isAlive()) {
        Balance balance = processor.ledger().balance();
        assertThat(balance.balanced()).as("look %d: %s", looks, balance).isTrue();
        looks++;
      }
      assertThat(looks).isPositive();
      eventually(BOUND, "all processed", () -> processor.health().lagRecords() == 0);
      Balance balance = processor.ledger().balance();
      assertThat(balance.balanced()).isTrue();
      assertThat(balance.total().pending()).isZero();
      assertThat(balance.total().received()).isEqualTo(20_000);
    }
  }

  @Test
  void makesAPoisonMessageADeadLetterAndGoesOn() {
    int poisoned =
        registry
            .saveProduct(
                new ProductModel(
                    "poison",
                    1,
                    "Poison",
                    Map.of(),
                    Optional.empty(),
                    Optional.of(Duration.ofDays(200_000)),
                    0))
            .version();
    try (Processor processor = start(false)) {
      send(
          Messages.of("d1").product("poison", poisoned).says(Messages.T0, 1),
          Messages.of("d1").says(Messages.T0, 2));
      caughtUp(processor, 1);
      assertThat(processor.ledger().deadLetters(DeadLetterFilter.ALL, Optional.empty(), 9).items())
          .extracting(DeadLetter::reason)
          .containsExactly(ErrorCode.INTERNAL);
      assertThat(processor.ledger().balance().balanced()).isTrue();
    }
  }

  @Test
  void writesTheSeriesAnewFromTheJournalAndCountsNothingTwice() {
    try (Processor processor = start(false)) {
      for (int i = 0; i < 100; i++) {
        send(Messages.of("d" + i % 3).says(Messages.T0 + i, i));
      }
      caughtUp(processor, 100);
    }
    Map<String, Reading> stored = Map.copyOf(series.stored);
    series.stored.clear();
    try (Processor processor = start(true)) {
      assertThat(processor.health().stalled()).isEmpty();
      eventually(BOUND, "rebuilt", () -> rebuilt);
      assertThat(series.stored).isEqualTo(stored);
      assertThat(processor.ledger().balance().total().accepted()).isEqualTo(100);
      assertThat(processor.ledger().balance().balanced()).isTrue();
    }
  }

  @Test
  void refusesAStateThatIsAheadOfTheJournal() {
    try (Processor processor = start(false)) {
      send(Messages.of("d1").says(Messages.T0, 1));
      caughtUp(processor, 1);
    }
    ProcessParts other =
        new ProcessParts(
            ProcessConfig.defaults(),
            folder,
            new InMemoryJournal(),
            series,
            registry,
            new Watch(registry, WallClock.system(), MonotonicClock.system()),
            transport -> 0,
            (device, gateway, reason, why) -> {},
            reported -> {},
            RuleParts.none(),
            WallClock.system(),
            MonotonicClock.system(),
            metrics,
            false,
            () -> {});
    assertThatThrownBy(() -> Processor.start(other))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_CORRUPT))
        .hasMessageContaining("offset 1 (expected: <= 0");
  }

  @Test
  void measuresByProductAndNeverByDevice() {
    try (Processor processor = start(false)) {
      send(
          Messages.of("device-17").id("a").says(Messages.T0, 1),
          Messages.of("device-17").id("a").says(Messages.T0, 1),
          Messages.of("device-17").says("{"));
      caughtUp(processor, 1);
      assertThat(metrics.get("vagus.process.accepted").tag("product", "open").counter().count())
          .isEqualTo(1);
      assertThat(
              metrics.get("vagus.process.not.accepted").tag("reason", "replay").counter().count())
          .isEqualTo(1);
      assertThat(
              metrics
                  .get("vagus.process.not.accepted")
                  .tag("reason", "payload-malformed")
                  .counter()
                  .count())
          .isEqualTo(1);
      assertThat(metrics.getMeters())
          .extracting(Meter::getId)
          .noneMatch(id -> id.toString().contains("device-17"));
    }
  }
}
