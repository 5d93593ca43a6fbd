package io.vagus.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vagus.kit.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the journal counts and times. Thread-safe. */
final class JournalMeters {
  private static final String TAG = "journal";

  private final MonotonicClock mono;
  private final String journal;
  private final MeterRegistry registry;
  private final Counter records;
  private final Counter bytes;
  private final Timer commit;
  private final Counter failures;
  private final Counter corrupt;
  private final Counter torn;

  /**
   * @param journal the tag that tells the journals of one process apart
   */
  JournalMeters(MeterRegistry registry, MonotonicClock mono, String journal) {
    this.mono = mono;
    this.journal = journal;
    this.registry = registry;
    records = counter("vagus.journal.records", "records made durable");
    bytes = counter("vagus.journal.bytes", "bytes of records made durable");
    failures = counter("vagus.journal.commit.failures", "commits that needed a new file");
    corrupt = counter("vagus.journal.corrupt.blocks", "damaged places found in the log");
    torn = counter("vagus.journal.torn.tails", "unfinished commits removed at start");
    commit =
        Timer.builder("vagus.journal.commit")
            .tag(TAG, journal)
            .description("one write and sync of the log")
            .serviceLevelObjectives(
                Duration.ofNanos(500_000),
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(250),
                Duration.ofSeconds(1))
            .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).tag(TAG, journal).register(registry);
  }

  void watch(Supplier<JournalHealth> health) {
    gauge(
        "vagus.journal.queued.bytes",
        "waiting to become durable",
        () -> health.get().queuedBytes());
    gauge(
        "vagus.journal.queue.age.seconds",
        "how long the oldest of them waits",
        () -> health.get().oldestQueuedNanos() / 1e9);
    gauge(
        "vagus.journal.stalled",
        "1 while nothing can be written",
        () -> health.get().stalled().isEmpty() ? 0 : 1);
    gauge(
        "vagus.journal.backlog.bytes",
        "durable and not yet processed",
        () -> health.get().backlogBytes());
    gauge(
        "vagus.journal.behind",
        "1 while senders are held back until it is processed",
        () -> health.get().behind().isEmpty() ? 0 : 1);
    gauge("vagus.journal.size.bytes", "of all segments", () -> health.get().sizeBytes());
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).tag(TAG, journal).register(registry);
  }

  long now() {
    return mono.nanos();
  }

  void committed(int recordCount, int byteCount, long beganNanos) {
    records.increment(recordCount);
    bytes.increment(byteCount);
    commit.record(mono.nanos() - beganNanos, TimeUnit.NANOSECONDS);
  }

  void commitFailed() {
    failures.increment();
  }

  void corruptFound() {
    corrupt.increment();
  }

  void tornTail() {
    torn.increment();
  }
}
