package io.vagus.client;

/**
 * What {@code /metrics} says, to be read by a program (Prometheus text exposition format 0.0.4).
 */
public record MetricsText(String text) {

  /**
   * The sum of a metric's lines that have the label; NaN when there is none.
   *
   * @param label such as {@code journal="sessions"}; empty: every line
   */
  public double sum(String name, String label) {
    return text.lines()
        .filter(line -> line.startsWith(name + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce((a, b) -> a + b)
        .orElse(Double.NaN);
  }
}
