package io.vagus.rule.engine;

/** Judges rules for their windows' sake: spans that close, absences that begin. Engine's thread. */
final class Closing {
  private final Moment moment;
  private final Judge judge;

  Closing(Moment moment, Judge judge) {
    this.moment = moment;
    this.judge = judge;
  }

  /** Does what is due of a rule for a device. */
  void due(RuleState state, DeviceRules device, Firings out) {
    CompiledRule rule = state.rule;
    for (int i = 0; i < rule.windows().size(); i++) {
      WindowShape shape = rule.windows().get(i);
      switch (state.windows[i]) {
        case SpanState spans -> close(rule, i, spans, device, out);
        case AbsenceState absence -> {
          if (absence.begins(shape, moment.nowMicros)) {
            moment.eventMicros = absence.heardMicros() + shape.sizeMicros();
            judgeFor(rule, i, device, out);
          }
        }
        case SlidingState sliding -> {} // waits for nothing
      }
    }
    if (state.holdDueMicros <= moment.nowMicros) {
      hold(state, device, out);
    }
  }

  /** The condition has held for long enough, if it still does. */
  private void hold(RuleState state, DeviceRules device, Firings out) {
    long hold = WindowShape.micros(state.rule.rule().hold());
    moment.eventMicros = Math.min(moment.nowMicros, state.pendingMicros + hold);
    judge.judge(state.rule, device, out);
    if (state.holdDueMicros <= moment.nowMicros && !out.isFull()) {
      device.watched(state.isWatching(), state.raised); // it threw
      state.calm();
    }
  }

  /** Closes what is over of a window, and judges its rule at each. */
  void close(CompiledRule rule, int window, SpanState spans, DeviceRules device, Firings out) {
    WindowShape shape = rule.windows().get(window);
    for (Pane span = spans.close(shape, moment.nowMicros);
        span != null;
        span = spans.close(shape, moment.nowMicros)) {
      moment.eventMicros = SpanState.endMicros(shape, span);
      judgeFor(rule, window, device, out);
    }
    if (!rule.sound().keepsClosed()) {
      spans.forgetClosed();
    }
  }

  private void judgeFor(CompiledRule rule, int window, DeviceRules device, Firings out) {
    if (rule.sound().closing().contains(window)) {
      judge.judge(rule, device, out);
    }
  }
}
