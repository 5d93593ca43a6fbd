package io.vagus.fleet;

import java.util.Map;

/**
 * Values and how often each occurs, in shares of any common measure.
 *
 * @param weights at least one, none negative, in the order in which they are picked
 */
record Shares(Map<String, Double> weights) {
  /**
   * @param part 0 to 1: how far along all weights
   */
  String pick(double part) {
    double left = part * weights.values().stream().mapToDouble(w -> w).sum();
    String last = "";
    for (Map.Entry<String, Double> value : weights.entrySet()) {
      left -= value.getValue();
      last = value.getKey();
      if (left < 0) {
        break;
      }
    }
    return last;
  }
}
