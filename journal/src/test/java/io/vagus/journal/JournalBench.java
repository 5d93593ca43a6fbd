package io.vagus.journal;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.DataSize;
import io.vagus.kit.Durations;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * By hand: {@code JournalBench DIR SECONDS BATCHES_PER_SECOND(0 = as many as go) EVERY on|off
 * RECORDS}. Batches of so many records of 200 bytes from one thread, at most 64 of them under way;
 * prints commits, throughput, latency, and the CPU time of the whole process for each record.
 */
final class JournalBench {
  private static final byte[] PAYLOAD = new byte[200];
  private static final long ORIGIN_MICROS = WallClock.system().micros() - System.nanoTime() / 1000;

  private final Journal journal;
  private final int records;
  private final Semaphore window = new Semaphore(64);
  private final long[] latencies = new long[4_000_000];
  private final AtomicInteger count = new AtomicInteger();

  private JournalBench(Journal journal, int records) {
    this.records = records;
    this.journal = journal;
  }

  public static void main(String[] args) throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    JournalConfig standard = JournalConfig.defaults();
    JournalConfig config =
        new JournalConfig(
            Durations.parse(args[3]),
            standard.maxBytes(),
            args[4].equals("on") ? JournalConfig.Fsync.ON : JournalConfig.Fsync.OFF,
            standard.segmentSize(),
            standard.retainAge(),
            DataSize.ofMebibytes(512),
            standard.queueBytes(),
            standard.maxBacklog());
    try (FileJournal journal =
        FileJournal.open(
            Path.of(args[0]), config, WallClock.system(), MonotonicClock.system(), meters)) {
      int seconds = Integer.parseInt(args[1]);
      int records = Integer.parseInt(args[5]);
      int rate = Integer.parseInt(args[2]);
      new JournalBench(journal, records).run(3, rate);
      Timer commits = meters.get("vagus.journal.commit").timer();
      long commitsBefore = commits.count();
      double syncBefore = commits.totalTime(TimeUnit.MICROSECONDS);
      JournalBench bench = new JournalBench(journal, records);
      long cpu = cpuNanos();
      long began = System.nanoTime();
      bench.run(seconds, rate);
      double elapsed = (System.nanoTime() - began) / 1e9;
      double cpuMicros = (cpuNanos() - cpu) / 1000.0;
      long n = commits.count() - commitsBefore;
      int batches = bench.count.get();
      long[] sorted = Arrays.copyOf(bench.latencies, batches);
      Arrays.sort(sorted);
      System.out.printf(
          Locale.ROOT,
          "{\"records/s\":%.0f,\"MB/s\":%.1f,\"commits/s\":%.0f,\"commitMicros\":%.0f,"
              + "\"cpuMicros/record\":%.3f,\"cpuMicros/commit\":%.0f,"
              + "\"ack p50/p99/p999 ms\":\"%.2f/%.2f/%.2f\"}%n",
          batches * records / elapsed,
          batches * records * 216.0 / 1e6 / elapsed,
          n / elapsed,
          (commits.totalTime(TimeUnit.MICROSECONDS) - syncBefore) / n,
          cpuMicros / batches / records,
          cpuMicros / n,
          sorted[batches / 2] / 1e6,
          sorted[batches * 99 / 100] / 1e6,
          sorted[(int) (batches * 999L / 1000)] / 1e6);
      read(journal);
    }
    long began = System.nanoTime();
    FileJournal.open(
            Path.of(args[0]),
            config,
            WallClock.system(),
            MonotonicClock.system(),
            new SimpleMeterRegistry())
        .close();
    System.out.printf(
        Locale.ROOT, "{\"open and close ms\":%.0f}%n", (System.nanoTime() - began) / 1e6);
  }

  private static void read(FileJournal journal) throws InterruptedException {
    long cpu = cpuNanos();
    long n = 0;
    try (JournalReader reader = journal.reader(journal.startOffset())) {
      int polled;
      while ((polled = reader.poll(10_000, Duration.ZERO, (o, t, array, at, length) -> {})) > 0) {
        n += polled;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "{\"read records\":%d,\"cpuMicros/record\":%.3f}%n",
        n,
        (cpuNanos() - cpu) / 1000.0 / n);
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void run(int seconds, int rate) throws InterruptedException {
    long began = System.nanoTime();
    long until = began + seconds * 1_000_000_000L;
    for (long i = 0; System.nanoTime() < until; i++) {
      if (rate > 0) {
        long due = began + i * 1_000_000_000L / rate;
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
      }
      window.acquire();
      send();
    }
    window.acquire(64);
    window.release(64);
  }

  private void send() {
    long now = System.nanoTime();
    RecordBatch batch = new RecordBatch(records * 216);
    for (int i = 0; i < records; i++) {
      batch.add(now / 1000 + ORIGIN_MICROS, PAYLOAD, 0, PAYLOAD.length);
    }
    AppendCallback done =
        new AppendCallback() {
          @Override
          public void durable(long firstOffset) {
            latencies[count.getAndIncrement()] = System.nanoTime() - now;
            window.release();
          }

          @Override
          public void abandoned() {
            window.release();
          }
        };
    if (!journal.append(batch, done)) {
      window.release();
    }
  }
}
