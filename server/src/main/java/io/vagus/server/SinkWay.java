package io.vagus.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.ingest.Ingest;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.process.Processor;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.sink.RunningSinks;
import io.vagus.sink.SinkConfig;
import io.vagus.sink.SinkParts;

/**
 * What carries out the firings of rules. Started after the processing, which fires, and stopped
 * before it; it publishes by the broker once that listens.
 */
record SinkWay(RunningSinks sinks, LateBroker broker) {

  static SinkWay start(
      Parts started,
      SinkConfig config,
      SqlRegistry registry,
      Processor processor,
      WayDown down,
      RuleWay rules,
      WallClock wall,
      MonotonicClock monotonic,
      MeterRegistry meters) {
    LateBroker broker = new LateBroker();
    SinkParts parts =
        new SinkParts(
            config,
            processor.outbox(),
            registry,
            down.commands(),
            down.desired(),
            rules.alerts(),
            wall,
            monotonic,
            meters);
    return new SinkWay(started.add(RunningSinks.start(parts, broker)), broker);
  }

  void publishBy(Ingest ingest) {
    broker.is(ingest::publish);
  }
}
