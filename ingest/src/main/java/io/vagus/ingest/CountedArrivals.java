package io.vagus.ingest;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vagus.journal.AppendCallback;
import io.vagus.journal.Journal;
import io.vagus.journal.RecordBatch;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.WallClock;
import io.vagus.ledger.Arrivals;
import io.vagus.model.Refusals;
import io.vagus.model.Transport;
import io.vagus.wire.EnvelopeCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Counts what arrives, by listener, since the start: the received side of the ledger, counted on
 * its own so that the two sides prove each other. A refused message counts as received once the
 * journal holds the {@link Refusals} that tell of it. Thread-safe.
 */
public final class CountedArrivals implements Arrivals {
  private static final ErrorCode[] CODES = ErrorCode.values();

  /** One batch in so many has its latency measured. */
  private static final int LATENCY_SAMPLE = 16;

  private final MeterRegistry meters;
  private final Timer ackLatency;
  private final LongAdder[] durable = adders(TransportCounts.TRANSPORTS);
  private final LongAdder[] durableBytes = adders(TransportCounts.TRANSPORTS);
  private final LongAdder[] refusedDurable = adders(TransportCounts.TRANSPORTS);
  private final LongAdder[][] refused = new LongAdder[TransportCounts.TRANSPORTS][];

  /** Written by the journal's thread only. */
  private int batches;

  /** How many of {@link #refused} were handed to the journal. Guarded by this. */
  private final long[][] handedOver = new long[TransportCounts.TRANSPORTS][CODES.length];

  CountedArrivals(MeterRegistry meters) {
    this.meters = meters;
    ackLatency =
        Timer.builder("vagus.ingest.ack")
            .description("From a message's arrival to its being durable, sampled")
            .publishPercentiles(0.5, 0.99, 0.999)
            .register(meters);
    for (Transport transport : Transport.values()) {
      int t = transport.ordinal();
      refused[t] = adders(CODES.length);
      counter("vagus.ingest.messages", "Durable messages", transport, durable[t]);
      counter("vagus.ingest.bytes", "Payload bytes of them", transport, durableBytes[t]);
    }
  }

  @Override
  public long received(Transport transport) {
    return durable(transport) + refusedDurable[transport.ordinal()].sum();
  }

  /** Messages of the listener that the journal holds. */
  public long durable(Transport transport) {
    return durable[transport.ordinal()].sum();
  }

  /** Called on the journal's thread. */
  void durable(TransportCounts counts, long waitedNanos) {
    for (int t = 0; t < TransportCounts.TRANSPORTS; t++) {
      int messages = counts.messages(t);
      if (messages > 0) {
        durable[t].add(messages);
        durableBytes[t].add(counts.bytes(t));
      }
    }
    if (batches++ % LATENCY_SAMPLE == 0) {
      ackLatency.record(waitedNanos, TimeUnit.NANOSECONDS);
    }
  }

  void refused(Transport transport, ErrorCode reason) {
    LongAdder counter = refused[transport.ordinal()][reason.ordinal()];
    if (counter.sum() == 0) {
      FunctionCounter.builder("vagus.ingest.refused", counter, LongAdder::sum)
          .description("Messages refused before the journal")
          .tag("listener", transport.label())
          .tag("reason", reason.code())
          .register(meters);
    }
    counter.increment();
  }

  /**
   * Tells the journal of what was refused since the last time. What it has no room for stays for
   * the next time.
   */
  synchronized void tell(Journal journal, WallClock clock) {
    List<Refusals.Tally> tallies = new ArrayList<>();
    for (Transport transport : Transport.values()) {
      for (ErrorCode code : CODES) {
        long count =
            refused[transport.ordinal()][code.ordinal()].sum()
                - handedOver[transport.ordinal()][code.ordinal()];
        if (count > 0) {
          tallies.add(new Refusals.Tally(transport, code, count));
        }
      }
    }
    if (!tallies.isEmpty() && journal.append(batch(clock, tallies), new Told(tallies))) {
      for (Refusals.Tally tally : tallies) {
        handedOver[tally.transport().ordinal()][tally.reason().ordinal()] += tally.count();
      }
    }
  }

  private static RecordBatch batch(WallClock clock, List<Refusals.Tally> tallies) {
    Refusals refusals = new Refusals(clock.micros(), tallies);
    int maxBytes = EnvelopeCodec.maxBytes(refusals);
    RecordBatch batch = new RecordBatch(maxBytes + RecordBatch.HEADER_BYTES);
    EnvelopeCodec.encode(refusals, batch.open(refusals.timeMicros(), maxBytes));
    batch.seal();
    return batch;
  }

  private void counter(String name, String description, Transport transport, LongAdder adder) {
    FunctionCounter.builder(name, adder, LongAdder::sum)
        .description(description)
        .tag("listener", transport.label())
        .register(meters);
  }

  private static LongAdder[] adders(int count) {
    return IntStream.range(0, count).mapToObj(i -> new LongAdder()).toArray(LongAdder[]::new);
  }

  private final class Told implements AppendCallback {
    private final List<Refusals.Tally> tallies;

    Told(List<Refusals.Tally> tallies) {
      this.tallies = tallies;
    }

    @Override
    public void durable(long firstOffset) {
      tallies.forEach(t -> refusedDurable[t.transport().ordinal()].add(t.count()));
    }

    @Override
    public void abandoned() {
      // Not in the journal, so not received: both sides of the ledger stay equal.
    }
  }
}
