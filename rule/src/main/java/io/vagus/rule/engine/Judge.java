package io.vagus.rule.engine;

import static io.vagus.rule.engine.WindowState.NEVER;
import static io.vagus.rule.engine.WindowState.NONE;

import io.vagus.expression.Bound;
import io.vagus.expression.Expression;
import io.vagus.expression.Verdict.Outcome;
import io.vagus.kit.MonotonicClock;
import io.vagus.model.Reading;
import io.vagus.rule.Action;
import io.vagus.rule.Effect;
import io.vagus.rule.Firing;
import io.vagus.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges one rule for one device at one moment.
 *
 * <pre>
 * what is remembered | condition holds                       | it does not          | nobody can tell
 * -------------------+---------------------------------------+----------------------+----------------
 * nothing            | no hold, no cooldown: fires: raised   | nothing              | an error
 *                    | hold: pending                         |                      |
 * pending            | held for long enough: fires: raised   | nothing              | nothing, an error
 * raised             | raised                                | clear holds, or there| raised, an error
 *                    |                                       | is none: clears:     |
 *                    |                                       | nothing              |
 * stopped            | stopped, until the rule's next version
 * </pre>
 *
 * A rule that fires {@link Rule.Fire#ALWAYS} is never raised. One thread.
 */
final class Judge {
  /** One of so many judgements is timed. */
  private static final int TIMED = 64;

  private final Surroundings surroundings;
  private final MonotonicClock clock;
  private final Moment moment;
  private int untimed;

  /**
   * @param clock what judging costs; decides nothing
   */
  Judge(Surroundings surroundings, MonotonicClock clock, Moment moment) {
    this.surroundings = surroundings;
    this.clock = clock;
    this.moment = moment;
  }

  /** Whether something that is remembered changed. */
  boolean judge(CompiledRule rule, DeviceRules device, Firings out) {
    if (++untimed < TIMED) {
      return guarded(rule, device, out);
    }
    untimed = 0;
    long before = clock.nanos();
    boolean changed = guarded(rule, device, out);
    rule.counts().took(clock.nanos() - before);
    return changed;
  }

  /** What a rule throws is its error, and nobody else's. */
  private boolean guarded(CompiledRule rule, DeviceRules device, Firings out) {
    RuleState state = device.find(rule);
    boolean watching = state != null && state.isWatching();
    boolean changed = true;
    try {
      changed = decide(rule, state, device, out);
    } catch (RuntimeException e) {
      failed(rule, e.toString());
    }
    RuleState after = device.find(rule);
    if (after != null) {
      device.watched(watching, after.isWatching());
    }
    return changed;
  }

  private boolean decide(
      CompiledRule rule, @Nullable RuleState state, DeviceRules device, Firings out) {
    RuleProgram program = rule.sound();
    if (state != null && state.stopped) {
      return false;
    }
    moment.of(program, state);
    rule.counts().judged();
    boolean watching = state != null && state.isWatching();
    Outcome outcome = watching ? program.when().test(moment) : outcome(program);
    if (outcome == Outcome.HOLDS && isIn(program)) {
      rule.counts().held();
      return holds(rule, state, device, out);
    }
    if (outcome == Outcome.UNKNOWN) {
      unknown(rule, program.when());
    }
    if (state == null || !watching) {
      return false;
    }
    state.calm();
    if (state.raised && outcome != Outcome.UNKNOWN && isOver(rule, outcome) && !out.isFull()) {
      state.raised(false);
      rule.counts().ended();
      out.add(firing(rule, Firing.Phase.CLEARED, clearing(program), out));
    }
    return true;
  }

  /** The same, told by the bounds alone where they tell it: for much less. */
  private Outcome outcome(RuleProgram program) {
    for (Bound bound : program.bounds()) {
      Reading latest = moment.latest(bound.metric());
      if (latest == null) {
        return Outcome.UNKNOWN;
      }
      if (latest.text() == null && !bound.admits(latest.number())) {
        return Outcome.FAILS;
      }
    }
    return program.when().test(moment);
  }

  private boolean isIn(RuleProgram program) {
    return program.rule().group().isEmpty()
        || surroundings.isIn(moment.subject().device(), program.rule().group().get());
  }

  /** Whether what was raised ends: its device left the group, or the condition for it holds. */
  private boolean isOver(CompiledRule rule, Outcome outcome) {
    RuleProgram program = rule.sound();
    if (outcome == Outcome.HOLDS || program.clear().isEmpty()) {
      return true;
    }
    Outcome over = program.clear().get().test(moment);
    if (over == Outcome.UNKNOWN) {
      unknown(rule, program.clear().get());
    }
    return over == Outcome.HOLDS;
  }

  private boolean holds(
      CompiledRule rule, @Nullable RuleState known, DeviceRules device, Firings out) {
    Rule its = rule.rule();
    boolean always = its.fire() == Rule.Fire.ALWAYS;
    if (known != null && known.raised && !always) {
      return false;
    }
    if (known == null && always && isPlain(its)) {
      fire(rule, null, out);
      return false;
    }
    RuleState state = known == null ? device.state(rule) : known;
    boolean held = hasHeld(state, its);
    device.dueAt(state.holdDueMicros);
    if (!held || isCooling(state, its)) {
      return true;
    }
    moment.of(rule.sound(), state);
    fire(rule, state, out);
    return true;
  }

  /** Whether nothing has to be remembered of a stream's firings. */
  private static boolean isPlain(Rule rule) {
    return rule.hold().isZero() && rule.cooldown().isZero() && !RuleProgram.acts(rule);
  }

  private boolean hasHeld(RuleState state, Rule rule) {
    if (rule.hold().isZero()) {
      return true;
    }
    long hold = WindowShape.micros(rule.hold());
    if (state.pendingMicros == NONE || WindowState.isAhead(state.pendingMicros, moment.nowMicros)) {
      state.pendingMicros = moment.eventMicros;
      state.holdDueMicros = moment.nowMicros + hold;
      return false;
    }
    boolean held =
        moment.eventMicros - state.pendingMicros >= hold || moment.nowMicros >= state.holdDueMicros;
    if (held) {
      state.holdDueMicros = NEVER;
    }
    return held || state.holdDueMicros == NEVER;
  }

  private boolean isCooling(RuleState state, Rule rule) {
    return state.firedMicros != NONE
        && moment.eventMicros - state.firedMicros < WindowShape.micros(rule.cooldown())
        && !WindowState.isAhead(state.firedMicros, moment.nowMicros);
  }

  /**
   * @param state null: nothing has to be remembered
   */
  private void fire(CompiledRule rule, @Nullable RuleState state, Firings out) {
    if (out.isFull()) {
      failed(rule, "more than %d firings of one record".formatted(Firings.MOST));
      return;
    }
    Rule its = rule.rule();
    if (state != null) {
      if (RuleProgram.acts(its) && !state.mayFire(its.firingsPerMinute(), moment.nowMicros)) {
        state.stopped = true;
        rule.counts().stopped();
        out.add(firing(rule, Firing.Phase.LOOPING, List.of(stopped(its)), out));
        return;
      }
      if (its.fire() == Rule.Fire.ON_CHANGE) {
        state.calm();
        state.raised(true);
      }
      if (!its.cooldown().isZero()) {
        state.firedMicros = moment.eventMicros;
      }
    }
    rule.counts().fired();
    out.add(firing(rule, Firing.Phase.RAISED, made(rule.sound().effects()), out));
  }

  private Action stopped(Rule rule) {
    return new Action.RaiseAlert(
        Effect.AlertClass.TICKET,
        "rule %s loops on device %s: more than %d firings within a minute; stopped there until its next version"
            .formatted(rule.id(), moment.subject().device().value(), rule.firingsPerMinute()));
  }

  private List<Action> clearing(RuleProgram program) {
    List<Action> actions = new ArrayList<>(made(program.clearEffects()));
    if (program.effects().raisesAlert()) {
      actions.add(new Action.ClearAlert());
    }
    return actions;
  }

  private List<Action> made(ActionMaker maker) {
    return maker.make(moment.subject().device(), moment, moment::relative);
  }

  private Firing firing(CompiledRule rule, Firing.Phase phase, List<Action> actions, Firings out) {
    Map<String, @Nullable Object> seen = rule.sound().when().judge(moment).seen();
    return new Firing(
        moment.offset,
        out.size(),
        rule.id(),
        rule.version(),
        moment.subject().device(),
        moment.product(),
        phase,
        rule.rule().mode(),
        moment.eventMicros,
        moment.nowMicros,
        seen,
        actions);
  }

  private void unknown(CompiledRule rule, Expression condition) {
    if (rule.counts().failed()) {
      rule.counts()
          .because(moment.subject().device().value() + ": " + condition.judge(moment).why());
    }
  }

  private void failed(CompiledRule rule, String why) {
    if (rule.counts().failed()) {
      rule.counts().because(moment.subject().device().value() + ": " + why);
    }
  }
}
