package io.vagus.process;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.journal.Journal;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.ledger.Arrivals;
import io.vagus.registry.Registry;
import io.vagus.rule.Rule;
import io.vagus.series.Series;
import io.vagus.twin.ReportedListener;
import io.vagus.watch.MessageWatch;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the processing works with; it closes none of it.
 *
 * @param folder of its own, for checkpoints, traces, dead letters and duplicates
 * @param arrivals messages received since the processing was started, but for replays
 * @param rebuildSeries whether the series lost its store and is written anew from the journal
 * @param seriesRebuilt called, on the processing thread, when all of that is committed
 */
public record ProcessParts(
    ProcessConfig config,
    Path folder,
    Journal journal,
    Series series,
    Registry registry,
    MessageWatch watch,
    Arrivals arrivals,
    ErrorSink errors,
    ReportedListener reports,
    RuleParts rules,
    WallClock wallClock,
    MonotonicClock monotonicClock,
    MeterRegistry metrics,
    boolean rebuildSeries,
    Runnable seriesRebuilt) {

  /** An empty state of the processing. */
  Partition partition() {
    return new Partition(
        ProcessLimits.of(config),
        watch,
        (device, relation) ->
            rules.surroundings().related(device, new Rule.Related(relation, Optional.empty())));
  }
}
