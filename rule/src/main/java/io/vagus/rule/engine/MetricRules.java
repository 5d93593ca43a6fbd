package io.vagus.rule.engine;

import io.vagus.expression.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The rules that a reading of one metric concerns. Immutable.
 *
 * @param number among the metrics that rules of the product look at
 * @param feeds windows over the metric
 * @param always rules that are judged whatever the value is
 * @param bounded rules that can only hold for values within their bounds
 */
record MetricRules(int number, List<Feed> feeds, int[] always, Intervals bounded) {

  /** A window of a rule. */
  record Feed(CompiledRule rule, int window) {}

  static MetricRules of(int number, String metric, List<CompiledRule> rules) {
    List<Feed> feeds = new ArrayList<>();
    List<Integer> always = new ArrayList<>();
    List<Intervals.Interval> bounded = new ArrayList<>();
    for (CompiledRule rule : rules) {
      RuleProgram program = rule.sound();
      for (int i = 0; i < program.windows().size(); i++) {
        if (program.windows().get(i).metric().equals(metric)) {
          feeds.add(new Feed(rule, i));
        }
      }
      if (program.metrics().contains(metric)) {
        Intervals.Interval interval = interval(metric, rule);
        if (Double.isInfinite(interval.low()) && Double.isInfinite(interval.high())) {
          always.add(rule.ordinal());
        } else {
          bounded.add(interval);
        }
      }
    }
    return new MetricRules(
        number,
        List.copyOf(feeds),
        always.stream().mapToInt(Integer::intValue).toArray(),
        new Intervals(bounded));
  }

  private static Intervals.Interval interval(String metric, CompiledRule rule) {
    double low = Double.NEGATIVE_INFINITY;
    double high = Double.POSITIVE_INFINITY;
    for (Bound bound : rule.sound().bounds()) {
      if (bound.metric().equals(metric)) {
        switch (bound.side()) {
          case ABOVE -> low = Math.max(low, bound.limit());
          case BELOW -> high = Math.min(high, bound.limit());
        }
      }
    }
    return new Intervals.Interval(low, high, rule.ordinal());
  }

  /** The rules that may hold with that value; NaN: a text. */
  void candidates(double value, IntConsumer found) {
    for (int ordinal : always) {
      found.accept(ordinal);
    }
    bounded.find(value, found);
  }
}
