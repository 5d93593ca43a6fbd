package io.vagus.process;

import io.vagus.journal.RecordBatch;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.ledger.Outcome;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.model.Transport;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.rule.Window;
import io.vagus.rule.engine.Products;
import io.vagus.watch.Watch;
import io.vagus.wire.EnvelopeCodec;
import io.vagus.wire.TelemetryCodec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the processing costs, printed; run by hand. {@code messages READINGS RULES} is CPU time per
 * message of the whole loop over a journal in memory, with so many rules that do not match; {@code
 * decode} of the codecs alone; {@code restart DEVICES KEYS} the time to load the state of so many
 * devices, each with so many remembered messages; {@code absences DEVICES} that of as many devices
 * falling silent at once, with messages of others among the marks.
 */
final class ProcessCost {
  private static final int DEVICES = 200;

  private ProcessCost() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "messages" -> messages(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
      case "absences" -> absences(Integer.parseInt(args[1]));
      case "decode" -> decode();
      case "restart" -> restart(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static String payload(long i, int readings) {
    StringBuilder s =
        new StringBuilder("{\"time\":%d,\"values\":{".formatted(Messages.T0 / 1000 + i));
    for (int r = 0; r < readings; r++) {
      s.append(r == 0 ? "" : ",").append("\"temperature").append(r == 0 ? "" : r);
      s.append("\":").append(20 + (i + r) % 100 / 10.0);
    }
    return s.append("}}").toString();
  }

  /** One record a turn from here on, so that each is waited for alone. */
  private static void absences(int devices) throws IOException {
    Path folder = Files.createTempDirectory("absences");
    try (Rig rig = new Rig(folder)) {
      rig.series.discards = true;
      rig.book.put(
          TestRules.rule(
              "silent",
              "windows.w.absent",
              Map.of("w", new Window.Absence("t", Duration.ofMinutes(10))),
              TestRules.alert("silent for ten minutes")));
      rig.drain();
      rig.drain();
      RecordBatch batch = new RecordBatch(1 << 20);
      for (int i = 0; i < devices; i++) {
        Envelope e = Messages.of("device-" + i).at(Messages.T0 + 10_000_000).says("{\"t\":20}");
        int max = EnvelopeCodec.maxBytes(e);
        EnvelopeCodec.encode(e, batch.open(e.receivedMicros(), max));
        batch.seal();
      }
      rig.append(batch);
      rig.drain();
      rig.clock.advance(Duration.ofMinutes(11));
      long began = System.nanoTime();
      long longest = 0;
      int messages = 0;
      while (rig.fired().size() < devices) {
        rig.send(Messages.of("other").at(rig.clock.micros()).says("{\"t\":20}"));
        messages++;
        long before = System.nanoTime();
        rig.turn();
        longest = Math.max(longest, System.nanoTime() - before);
      }
      System.out.printf(
          Locale.ROOT,
          "absences devices=%d in %.2f s, longest turn %.1f ms, %d messages among them%n",
          devices,
          (System.nanoTime() - began) / 1e9,
          longest / 1e6,
          messages);
    }
  }

  private static void putRules(Rig rig, int rules) {
    for (int i = 0; i < rules; i++) {
      rig.book.put(
          TestRules.rule(
              "r" + i,
              "readings.temperature.value > " + (100.0 + i),
              Map.of(),
              TestRules.alert("hot")));
    }
    rig.drain();
    rig.drain();
  }

  private static void messages(int readings, int rules) throws IOException {
    Path folder = Files.createTempDirectory("cost");
    try (Rig rig = new Rig(folder)) {
      rig.products = new Products(Map.of("open", SensorModels.open("temperature")));
      putRules(rig, rules);
      rig.series.discards = true;
      int round = 200_000;
      for (int n = 0; n < 6; n++) {
        RecordBatch batch = new RecordBatch(1 << 20);
        for (int i = 0; i < round; i++) {
          long k = (long) n * round + i;
          Envelope e =
              Messages.of("device-" + k % DEVICES)
                  .at(Messages.T0 + k * 1000 + 20_000)
                  .packet((int) (k % 65_535) + 1, false)
                  .says(payload(k, readings));
          int max = EnvelopeCodec.maxBytes(e);
          EnvelopeCodec.encode(e, batch.open(e.receivedMicros(), max));
          batch.seal();
          if (batch.count() == 1000) {
            rig.append(batch);
            batch = new RecordBatch(1 << 18);
          }
        }
        long began = cpuNanos();
        while (rig.partition.position < rig.journal.endOffset()) {
          rig.clock.advance(Duration.ofMillis(10));
          rig.turn();
        }
        double micros = (cpuNanos() - began) / 1e3 / round;
        System.out.printf(
            Locale.ROOT,
            "messages readings=%d rules=%d cpu=%.2f us (accepted %d)%n",
            readings,
            rules,
            micros,
            rig.worker.counts().of(Transport.MQTT, Outcome.ACCEPTED));
      }
    }
  }

  private static void decode() {
    byte[] json =
        "{\"time\":\"2026-11-22T10:00:00.123Z\",\"values\":{\"temperature\":21.5}}"
            .getBytes(StandardCharsets.UTF_8);
    Envelope e = Messages.of("device-1").packet(1, false).says(payload(1, 1));
    ByteBuffer out = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
    int n = 1_000_000;
    long sink = 0;
    for (int round = 0; round < 6; round++) {
      long t0 = cpuNanos();
      for (int i = 0; i < n; i++) {
        sink += TelemetryCodec.decode("", json).hashCode() & 1;
      }
      long t1 = cpuNanos();
      for (int i = 0; i < n; i++) {
        out.clear();
        EnvelopeCodec.encode(e, out);
      }
      long t2 = cpuNanos();
      for (int i = 0; i < n; i++) {
        sink += EnvelopeCodec.decode(out.array(), 0, out.position()).hashCode() & 1;
      }
      long t3 = cpuNanos();
      System.out.printf(
          Locale.ROOT,
          "decode json=%.3f us, envelope encode=%.3f us decode=%.3f us (%d)%n",
          (t1 - t0) / 1e3 / n,
          (t2 - t1) / 1e3 / n,
          (t3 - t2) / 1e3 / n,
          sink);
    }
  }

  private static void restart(int devices, int keys) throws IOException {
    Path folder = Files.createTempDirectory("restart");
    ProcessLimits limits = ProcessLimits.of(ProcessConfig.defaults());
    Partition partition = new Partition(limits, watch(), (device, relation) -> Optional.empty());
    Effects effects = new Effects();
    long offset = 0;
    for (int k = 0; k < keys; k++) {
      for (int d = 0; d < devices; d++) {
        Envelope e =
            Messages.of("device-" + d).at(Messages.T0 + k * 1_000_000L).says(payload(k * 1000L, 3));
        partition.apply(offset, e.receivedMicros(), e, Optional.of(ProductModel.OPEN), effects);
        partition.position = ++offset;
      }
    }
    try (Checkpoints c = Checkpoints.open(folder, f -> {})) {
      long began = System.nanoTime();
      c.rebase(partition::writeAll);
      System.out.printf(
          Locale.ROOT,
          "base written in %.2f s, %d MB%n",
          (System.nanoTime() - began) / 1e9,
          c.sizeBytes() >> 20);
    }
    load(folder, limits, keys);
  }

  private static void load(Path folder, ProcessLimits limits, int keys) {
    Partition partition = new Partition(limits, watch(), (device, relation) -> Optional.empty());
    long before = used();
    long began = System.nanoTime();
    Checkpoints.open(folder, partition::read).close();
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "restart devices=%d keys=%d %.2f s, %d bytes a device%n",
        partition.deviceCount(),
        keys,
        seconds,
        (used() - before) / partition.deviceCount());
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime r = Runtime.getRuntime();
    return r.totalMemory() - r.freeMemory();
  }

  private static Watch watch() {
    return new Watch(
        new InMemoryRegistry(WallClock.system()), WallClock.system(), MonotonicClock.system());
  }
}
