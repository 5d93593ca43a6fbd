package io.vagus.fleet;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What became of a fleet's messages, as the devices saw it. Thread-safe. */
final class Counts {
  private static final long MAX_MICROS = 600_000_000;

  /** Messages that went onto their way, copies included. */
  final LongAdder sent = new LongAdder();

  final LongAdder acknowledged = new LongAdder();

  /** Lost on the link by the plan. */
  final LongAdder lost = new LongAdder();

  /** Copies sent with the id of a message before. */
  final LongAdder copies = new LongAdder();

  /** Sent again since no acknowledgement came before the connection ended. */
  final LongAdder resent = new LongAdder();

  /** Not sent: the device's buffer was full. */
  final LongAdder dropped = new LongAdder();

  final LongAdder connections = new LongAdder();
  final LongAdder open = new LongAdder();

  /** Devices whose first connection came about, or did not. */
  final LongAdder settled = new LongAdder();

  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final Recorder latencies = new Recorder(MAX_MICROS, 3);

  void acknowledged(long nanos) {
    acknowledged.increment();
    latencies.recordValue(Math.clamp(nanos / 1000, 0, MAX_MICROS));
  }

  /** A message that the server did not take. */
  void refused(String reason) {
    refused.computeIfAbsent(reason, r -> new LongAdder()).increment();
  }

  /** A connection or request that came to nothing. */
  void failed(String what) {
    failures.computeIfAbsent(what, r -> new LongAdder()).increment();
  }

  Map<String, Long> refusals() {
    return sums(refused);
  }

  Map<String, Long> failures() {
    return sums(failures);
  }

  long refusedSum() {
    return refused.values().stream().mapToLong(LongAdder::sum).sum();
  }

  long failedSum() {
    return failures.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Sent and not answered. */
  long inFlight() {
    return Math.max(0, sent.sum() - acknowledged.sum() - refusedSum());
  }

  /** Of the acknowledgements since the last call, in microseconds. */
  Histogram latencies() {
    return latencies.getIntervalHistogram();
  }

  private static Map<String, Long> sums(Map<String, LongAdder> adders) {
    Map<String, Long> sums = new TreeMap<>();
    adders.forEach((reason, count) -> sums.put(reason, count.sum()));
    return sums;
  }
}
