package io.vagus.process;

import io.vagus.ledger.Outcome;
import io.vagus.model.Envelope;
import io.vagus.model.Mark;
import io.vagus.model.Transport;
import io.vagus.rule.Firing;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.rule.engine.Firings;
import io.vagus.rule.engine.RuleEngine;
import io.vagus.rule.engine.RuleMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The rules at work on the records of the journal; what they fire goes into the outbox. Confined to
 * the processing thread.
 *
 * <p>For each record: {@link #begin}, then {@link #heard} or {@link #marked}, then {@link #end};
 * after each batch {@link #forced}.
 */
final class RuleStage {
  private final ProcessParts parts;
  private final Partition partition;
  private final OutboxLog outbox;
  private final Retries retries;
  private final RuleCompiler compiler;
  private final RuleMeters meters;
  private final RuleEngine engine;
  private final Marks marks;
  private final Firings firings = new Firings();
  private @Nullable Firing sensors;
  private boolean idle;

  RuleStage(
      ProcessParts parts,
      Partition partition,
      OutboxLog outbox,
      Retries retries,
      RuleCompiler compiler,
      RuleMeters meters) {
    this.parts = parts;
    this.partition = partition;
    this.outbox = outbox;
    this.retries = retries;
    this.compiler = compiler;
    this.meters = meters;
    this.marks = new Marks(parts.journal());
    this.engine =
        new RuleEngine(
            parts
                .rules()
                .surroundings()
                .withDevices(device -> partition.device(device).map(state -> state)),
            parts.monotonicClock());
    obey(compiler.at(partition.revision));
    partition.devices().forEach(engine::restored);
    idle = engine.isIdle();
  }

  private void obey(CompiledRules rules) {
    engine.rules(rules);
    meters.rules(rules);
  }

  void begin(long offset, long timeMicros) {
    if (!idle) {
      firings.clear();
      engine.advance(offset, timeMicros, firings);
    }
  }

  /** A message was decided. */
  void heard(long offset, long timeMicros, Envelope envelope, DeviceState state, Effects effects) {
    if (!idle && effects.outcome == Outcome.ACCEPTED) {
      state.product(envelope.product());
      boolean again = envelope.transport() == Transport.REPLAY;
      long received = again ? timeMicros : envelope.receivedMicros();
      engine.heard(
          state,
          new RuleMessage(offset, received, envelope.product(), effects.readings, effects.reported),
          firings);
    }
    if (effects.sensorsTurned) {
      sensors = SensorAlert.firing(offset, firings.list().size(), envelope, state);
    }
  }

  void marked(Mark mark) {
    marks.cameBack();
    if (mark.revision() != partition.revision) {
      partition.revision = mark.revision();
      obey(compiler.at(mark.revision()));
      idle = engine.isIdle();
    }
  }

  /** Doing it again changes nothing. */
  void end(long offset) {
    Firing alert = sensors;
    if (firings.isEmpty() && alert == null) {
      return;
    }
    List<Firing> all = new ArrayList<>(firings.list());
    if (alert != null) {
      all.add(alert);
      sensors = null;
    }
    retries.untilKept(() -> outbox.add(offset, all));
    meters.fired(all);
    firings.clear();
  }

  /**
   * Hands out what the batch fired, and has the journal say what it does not yet: that other rules
   * are in force, or that it is late enough for what is due.
   *
   * @param atEnd whether the journal holds no more
   * @return whether it succeeded; it is tried until it does or the processing stops
   */
  boolean forced(boolean atEnd) throws InterruptedException {
    boolean done = !outbox.isUnforced() || retries.untilDone("outbox", outbox::force);
    meters.forced();
    OptionalLong next = compiler.next(partition.revision);
    boolean due = atEnd && !idle && engine.nextDueMicros() <= parts.wallClock().micros();
    if (due || next.isPresent()) {
      marks.append(new Mark(parts.wallClock().micros(), next.orElse(partition.revision)));
    }
    return done;
  }
}
