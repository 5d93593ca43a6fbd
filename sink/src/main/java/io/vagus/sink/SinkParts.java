package io.vagus.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.command.Commands;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.rule.Outbox;
import io.vagus.twin.DesiredChanges;
import io.vagus.watch.Alerts;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * What sinks work with.
 *
 * @param messageAt the id of the message at an offset of the journal; empty: there is none
 */
public record SinkParts(
    SinkConfig config,
    Outbox outbox,
    SqlRegistry registry,
    Commands commands,
    DesiredChanges desired,
    Alerts alerts,
    LongFunction<Optional<String>> messageAt,
    WallClock wall,
    MonotonicClock clock,
    MeterRegistry meters) {}
