package io.vagus.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.command.Commands;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.rule.Outbox;
import io.vagus.twin.DesiredChanges;
import io.vagus.watch.Alerts;

/** What sinks work with. */
public record SinkParts(
    SinkConfig config,
    Outbox outbox,
    SqlRegistry registry,
    Commands commands,
    DesiredChanges desired,
    Alerts alerts,
    WallClock wall,
    MonotonicClock clock,
    MeterRegistry meters) {}
