package io.vagus.rule.engine;

import io.vagus.model.Reading;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Takes one message in: first its readings, one by one, into the windows over their metrics, then
 * each rule that may hold now, or watches, is judged once, over the newest values. One is made for
 * an engine and used again; its thread.
 */
final class Hearing {
  private final Surroundings surroundings;
  private final Moment moment;
  private final Judge judge;
  private final Closing closing;

  /** By ordinal: the message that last wanted the rule judged. */
  private int[] wantedBy = {};

  /** By number: the message that last had the metric. */
  private int[] hadBy = {};

  private int message;
  private int[] wanted = new int[16];
  private int wantedCount;
  private final IntConsumer want = this::want;

  Hearing(Surroundings surroundings, Moment moment, Judge judge, Closing closing) {
    this.surroundings = surroundings;
    this.moment = moment;
    this.judge = judge;
    this.closing = closing;
  }

  /** Other rules are in force. */
  void reset(CompiledRules rules) {
    wantedBy = new int[rules.mostRules()];
    hadBy = new int[rules.mostMetrics()];
    message = 0;
  }

  /** Whether something that is remembered changed. */
  boolean hear(ProductRules rules, DeviceRules device, RuleMessage of, Firings out) {
    message++;
    wantedCount = 0;
    boolean changed = false;
    for (Reading reading : of.readings()) {
      MetricRules metric = rules.metric(reading.metric());
      if (metric != null) {
        for (MetricRules.Feed feed : metric.feeds()) {
          changed |= feed(feed, reading, device, out);
        }
        if (hadBy[metric.number()] != message) {
          hadBy[metric.number()] = message;
          metric.candidates(number(reading.metric()), want);
        }
      }
    }
    if (of.reported()) {
      for (int ordinal : rules.reported()) {
        want(ordinal);
      }
    }
    if (device.isWatched()) {
      wantWatching(rules, device, of.reported());
    }
    moment.eventMicros = eventMicros(of);
    Arrays.sort(wanted, 0, wantedCount);
    for (int i = 0; i < wantedCount; i++) {
      changed |= judge.judge(rules.at(wanted[i]), device, out);
    }
    return changed;
  }

  private long eventMicros(RuleMessage of) {
    long newest = Long.MIN_VALUE;
    for (Reading reading : of.readings()) {
      newest = Math.max(newest, reading.timeMicros());
    }
    return of.readings().isEmpty() ? of.receivedMicros() : Math.min(newest, of.receivedMicros());
  }

  private double number(String metric) {
    Reading newest = moment.subject().latest(metric);
    return newest == null ? Double.NaN : newest.number();
  }

  private boolean feed(MetricRules.Feed feed, Reading reading, DeviceRules device, Firings out) {
    CompiledRule rule = feed.rule();
    var group = rule.rule().group();
    if (group.isPresent() && !surroundings.isIn(device.subject().device(), group.get())) {
      return false;
    }
    RuleState state = device.state(rule);
    if (state.stopped) {
      return false;
    }
    boolean isValue = reading.text() != null || Double.isFinite(reading.number());
    long time = Math.min(reading.timeMicros(), moment.nowMicros);
    WindowShape shape = rule.windows().get(feed.window());
    switch (state.windows[feed.window()]) {
      case SpanState spans -> {
        if (isValue && !spans.take(shape, time, reading.number(), moment.nowMicros)) {
          rule.counts().wasLate();
        }
        closing.close(rule, feed.window(), spans, device, out);
      }
      case SlidingState sliding -> {
        if (isValue && !sliding.take(shape, time, reading.number(), moment.nowMicros)) {
          rule.counts().wasLate();
        }
      }
      case AbsenceState absence -> {
        if (absence.heard(moment.nowMicros) && rule.sound().closing().contains(feed.window())) {
          want(rule.ordinal());
        }
      }
    }
    device.dueAt(state.dueMicros());
    return true;
  }

  /** What is raised may be over, what is pending too, whatever the value is now. */
  private void wantWatching(ProductRules rules, DeviceRules device, boolean reported) {
    for (RuleState state : device.states()) {
      if (state.isWatching() && state.rule.isSound()) {
        RuleProgram program = state.rule.sound();
        if ((reported && program.looksAtReported()) || has(program.watched(), rules)) {
          want(state.rule.ordinal());
        }
      }
    }
  }

  private boolean has(Set<String> metrics, ProductRules rules) {
    for (String name : metrics) {
      MetricRules metric = rules.metric(name);
      if (metric != null && hadBy[metric.number()] == message) {
        return true;
      }
    }
    return false;
  }

  private void want(int ordinal) {
    if (wantedBy[ordinal] == message) {
      return;
    }
    wantedBy[ordinal] = message;
    if (wantedCount == wanted.length) {
      wanted = Arrays.copyOf(wanted, 2 * wantedCount);
    }
    wanted[wantedCount++] = ordinal;
  }
}
