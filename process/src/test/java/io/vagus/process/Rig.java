package io.vagus.process;

import static io.vagus.testkit.Eventually.eventually;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.expression.Functions;
import io.vagus.journal.AppendCallback;
import io.vagus.journal.InMemoryJournal;
import io.vagus.journal.RecordBatch;
import io.vagus.ledger.Ledger;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.JournalEntry;
import io.vagus.model.Mark;
import io.vagus.model.Reading;
import io.vagus.model.Refusals;
import io.vagus.model.Reported;
import io.vagus.model.Transport;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.rule.Firing;
import io.vagus.rule.InMemoryRuleBook;
import io.vagus.rule.engine.Products;
import io.vagus.rule.engine.Surroundings;
import io.vagus.testkit.ManualClock;
import io.vagus.watch.Watch;
import io.vagus.wire.EnvelopeCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The processing without its thread: a test turns it, and drops it for a crash. The journal is the
 * real one in memory; it outlives crashes as a disk does.
 */
final class Rig implements AutoCloseable {
  final ManualClock clock;
  final InMemoryJournal journal;
  final MemorySeries series = new MemorySeries();
  final InMemoryRegistry registry;
  final Watch watch;
  final InMemoryRuleBook book;

  /** As rules know them. */
  Products products = new Products(Map.of("open", SensorModels.open("t", "u")));

  Surroundings surroundings = Surroundings.NONE;
  final List<Reported> reports = new ArrayList<>();
  final List<String> errors = new ArrayList<>();
  private final Path folder;
  private final ProcessConfig config;
  private AtomicLongArray arrived = new AtomicLongArray(Transport.values().length);
  Partition partition;
  Stores stores;
  Worker worker;
  ProcessLedger ledger;
  LiveFeed live;
  RuleMeters ruleMeters;
  RuleCompiler compiler;

  Rig(Path folder) {
    this(folder, ProcessConfig.defaults());
  }

  Rig(Path folder, ProcessConfig config) {
    this(
        folder,
        config,
        new ManualClock(Messages.T0),
        new InMemoryJournal(),
        new InMemoryRuleBook());
  }

  private Rig(
      Path folder,
      ProcessConfig config,
      ManualClock clock,
      InMemoryJournal journal,
      InMemoryRuleBook book) {
    this.folder = folder;
    this.config = config;
    this.clock = clock;
    this.journal = journal;
    this.book = book;
    this.registry = new InMemoryRegistry(clock);
    this.watch = new Watch(registry, clock, clock);
    open();
  }

  /** One that knows nothing yet, on the journal and the rules of this one. */
  Rig afresh(Path other) {
    return new Rig(other, config, clock, journal, book);
  }

  /** What the rules fired and is durable. */
  List<Firing> fired() {
    try {
      return stores.outbox().read(-1, 1_000_000, Duration.ZERO);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  ProcessParts parts() {
    return new ProcessParts(
        config,
        folder,
        journal,
        series,
        registry,
        watch,
        transport -> arrived.get(transport.ordinal()),
        (device, gateway, reason, why) -> errors.add(device + ": " + why),
        reports::add,
        new RuleParts(book, set -> products, set -> Functions.NONE, surroundings),
        clock,
        clock,
        new SimpleMeterRegistry(),
        false,
        () -> {});
  }

  void open() {
    ProcessParts parts = parts();
    partition = parts.partition();
    stores = Stores.open(folder, config, partition::read);
    live = new LiveFeed(config.liveQueue());
    long end = journal.endOffset();
    compiler = new RuleCompiler(parts.rules(), Runnable::run);
    ruleMeters =
        new RuleMeters(parts.metrics(), clock, () -> journal.endOffset() - partition.position);
    worker =
        new Worker(
            parts,
            partition,
            stores,
            live,
            new ProcessMeters(parts.metrics(), watch),
            compiler,
            ruleMeters,
            end);
    Replays replays = new Replays(parts, stores.deadLetters());
    ledger =
        new ProcessLedger(
            new BalanceSheet(
                journal,
                t -> parts.arrivals().received(t) + replays.received(t),
                worker::counts,
                end),
            new MessageTraces(journal, stores.traces(), stores.deadLetters(), partition),
            stores,
            new OpenGaps(partition, clock),
            replays);
  }

  /** Everything in memory is gone, and what the series had not committed. */
  void crash() {
    worker.close();
    stores.close();
    series.crash();
    arrived = new AtomicLongArray(Transport.values().length);
    open();
  }

  void send(Envelope... envelopes) {
    for (Envelope envelope : envelopes) {
      append(envelope);
      arrived.incrementAndGet(envelope.transport().ordinal());
    }
  }

  void send(Refusals refusals) {
    append(refusals);
    refusals.tallies().forEach(t -> arrived.addAndGet(t.transport().ordinal(), t.count()));
  }

  void append(JournalEntry entry) {
    int max = EnvelopeCodec.maxBytes(entry);
    RecordBatch batch = new RecordBatch(max + RecordBatch.HEADER_BYTES);
    long time =
        switch (entry) {
          case Envelope e -> e.receivedMicros();
          case Mark m -> m.timeMicros();
          case Refusals unused -> Messages.T0;
        };
    EnvelopeCodec.encode(entry, batch.open(time, max));
    batch.seal();
    append(batch);
  }

  void append(RecordBatch batch) {
    long before = journal.endOffset();
    boolean taken =
        journal.append(
            batch,
            new AppendCallback() {
              @Override
              public void durable(long firstOffset) {}

              @Override
              public void abandoned() {}
            });
    if (!taken) {
      throw new AssertionError("the journal's queue is full");
    }
    eventually(Duration.ofSeconds(5), "append", () -> journal.endOffset() > before);
  }

  /** Reads what there is; commits and checkpoints nothing unless it is time. */
  void turn() {
    try {
      worker.turn(Duration.ZERO);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads all, and lets the time for commit and checkpoint come. */
  Ledger drain() {
    while (partition.position < journal.endOffset()) {
      turn();
    }
    clock.advance(Duration.ofSeconds(5));
    turn();
    return ledger;
  }

  List<Reading> latest(String device) {
    return partition.device(new DeviceId(device)).map(DeviceState::latest).orElse(List.of());
  }

  @Override
  public void close() {
    worker.close();
    stores.close();
    journal.close();
  }
}
