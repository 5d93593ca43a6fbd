package io.vagus.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import io.vagus.ledger.Ledger;
import io.vagus.rule.Outbox;
import io.vagus.rule.RuleMeasures;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.series.LatestReadings;
import io.vagus.series.LiveReadings;
import io.vagus.twin.ReportedPast;
import io.vagus.twin.ReportedTwins;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Decides what becomes of each message that the journal holds, on a thread of its own; answers what
 * other threads ask of the outcome.
 *
 * <p>Start it after the journal is open and before the first listener takes a message.
 */
public final class Processor implements AutoCloseable {
  private static final Duration PAUSE_WITHIN = Duration.ofSeconds(30);

  private final ProcessParts parts;
  private final Partition partition;
  private final Stores stores;
  private final LiveFeed live;
  private final RuleMeters ruleMeters;
  private final RuleCompiler compiler;
  private final Worker worker;
  private final ProcessLedger ledger;
  private final Thread thread;

  /** Loads the state and starts to process. DATA_CORRUPT when state and journal do not fit. */
  public static Processor start(ProcessParts parts) {
    Processor processor = new Processor(parts);
    processor.thread.start();
    return processor;
  }

  private Processor(ProcessParts parts) {
    this.parts = parts;
    this.partition = parts.partition();
    this.stores = Stores.open(parts.folder(), parts.config(), partition::read);
    long startOffset = parts.journal().endOffset();
    if (partition.position > startOffset) {
      stores.close();
      throw Worker.mismatch(partition.position, startOffset);
    }
    this.live = new LiveFeed(parts.config().liveQueue());
    ProcessMeters meters = new ProcessMeters(parts.metrics(), parts.watch());
    this.ruleMeters =
        new RuleMeters(parts.metrics(), parts.wallClock(), () -> health().lagRecords());
    this.compiler = new RuleCompiler(parts.rules(), Thread::startVirtualThread);
    this.worker =
        new Worker(parts, partition, stores, live, meters, compiler, ruleMeters, startOffset);
    Replays replays = new Replays(parts, stores.deadLetters());
    BalanceSheet balance =
        new BalanceSheet(
            parts.journal(),
            transport -> parts.arrivals().received(transport) + replays.received(transport),
            worker::counts,
            startOffset);
    MessageTraces traces =
        new MessageTraces(parts.journal(), stores.traces(), stores.deadLetters(), partition);
    OpenGaps gaps = new OpenGaps(partition, parts.wallClock());
    this.ledger = new ProcessLedger(balance, traces, stores, gaps, replays);
    this.thread = Thread.ofPlatform().name("process-0").unstarted(worker::run);
    registerGauges(parts.metrics());
  }

  private void registerGauges(MeterRegistry metrics) {
    Gauge.builder("vagus.process.lag.records", this, p -> p.health().lagRecords())
        .description("Durable messages not yet processed")
        .register(metrics);
    Gauge.builder("vagus.process.devices", partition, Partition::deviceCount)
        .description("Devices whose state is held")
        .register(metrics);
    Gauge.builder("vagus.live.watchers", live, LiveFeed::watchers)
        .description("Live streams open")
        .register(metrics);
    Gauge.builder("vagus.live.dropped", live, LiveFeed::dropped)
        .description("Readings that slow live streams missed")
        .register(metrics);
    FunctionCounter.builder("vagus.outbox.lost", stores.outbox(), OutboxLog::lost)
        .description("Firings that the full outbox lost before a sink had carried them out")
        .register(metrics);
  }

  public Ledger ledger() {
    return ledger;
  }

  /** What the rules fired. */
  public Outbox outbox() {
    return stores.outbox();
  }

  /** Those that are compiled, in force now or soon. */
  public CompiledRules rules() {
    return compiler.ready();
  }

  public RuleMeasures ruleMeasures() {
    return ruleMeters;
  }

  public LiveReadings live() {
    return live;
  }

  public LatestReadings latest() {
    return device -> partition.device(device).map(DeviceState::latest).orElse(List.of());
  }

  public ReportedTwins reported() {
    return device -> partition.device(device).flatMap(DeviceState::reportedView);
  }

  public ReportedPast reportedPast() {
    return (device, micros) -> stores.reportedHistory().asOf(device, micros, reported().of(device));
  }

  public ProcessHealth health() {
    long position = worker.counts().position();
    String stalled = worker.stalled();
    return new ProcessHealth(
        stalled.isEmpty() ? stores.outbox().concern() : stalled,
        position,
        Math.max(0, parts.journal().endOffset() - position),
        partition.deviceCount(),
        worker.checkpointPosition());
  }

  /**
   * Keeps the state of the processing as of now. BUSY when it stands still.
   *
   * @param name of the folder of this state
   * @param others runs while nothing is processed, for stores that must be of the same moment
   * @return how long the processing stood still for it
   */
  public Duration snapshot(SnapshotFolder folder, String name, Runnable others) {
    Pause pause =
        new Pause(() -> {
          stores.snapshot(folder, name + "/");
          others.run();
        });
    worker.pause(pause);
    try {
      return pause.await(PAUSE_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    } catch (TimeoutException e) {
      String why = health().stalled().isEmpty() ? "it is busy" : health().stalled();
      throw new VagusException(
          ErrorCode.BUSY,
          "processing: no checkpoint within %d s: %s".formatted(PAUSE_WITHIN.toSeconds(), why),
          e);
    }
  }

  /** Finishes what was read, writes a last checkpoint, and stops. Close the journal after it. */
  @Override
  public void close() {
    worker.stop();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // a state half written helps nobody
      }
    }
    worker.close();
    stores.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
