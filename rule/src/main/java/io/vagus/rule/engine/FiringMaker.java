package io.vagus.rule.engine;

import io.vagus.rule.Action;
import io.vagus.rule.Effect;
import io.vagus.rule.Firing;
import java.util.ArrayList;
import java.util.List;

/** Makes the firings of the rule and the device that a moment is of. */
record FiringMaker(Moment moment) {

  /**
   * @param index among the firings of the record
   */
  Firing raised(CompiledRule rule, int index) {
    return firing(rule, Firing.Phase.RAISED, made(rule.sound().effects()), index);
  }

  Firing cleared(CompiledRule rule, int index) {
    RuleProgram program = rule.sound();
    List<Action> actions = new ArrayList<>(made(program.clearEffects()));
    if (program.effects().raisesAlert()) {
      actions.add(new Action.ClearAlert());
    }
    return firing(rule, Firing.Phase.CLEARED, actions, index);
  }

  Firing looping(CompiledRule rule, int index) {
    String text =
        "rule %s loops on device %s: more than %d firings within a minute; stopped there until its"
            + " next version";
    Action ticket =
        new Action.RaiseAlert(
            Effect.AlertClass.TICKET,
            text.formatted(
                rule.id(), moment.subject().device().value(), rule.rule().firingsPerMinute()));
    return firing(rule, Firing.Phase.LOOPING, List.of(ticket), index);
  }

  private List<Action> made(ActionMaker maker) {
    return maker.make(moment.subject().device(), moment, moment::relative);
  }

  private Firing firing(CompiledRule rule, Firing.Phase phase, List<Action> actions, int index) {
    return new Firing(
        moment.offset,
        index,
        rule.id(),
        rule.version(),
        moment.subject().device(),
        moment.product(),
        phase,
        rule.rule().mode(),
        moment.eventMicros,
        moment.nowMicros,
        rule.sound().when().judge(moment).seen(),
        actions);
  }
}
