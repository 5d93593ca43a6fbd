package io.vagus.series;

import java.util.List;

/**
 * A metric over time.
 *
 * @param tier what it was read from
 */
public record Range(Tier tier, long stepMicros, List<Point> points) {
  public Range {
    points = List.copyOf(points);
  }

  /** How fine stored data is. */
  public enum Tier {
    RAW,
    MINUTE,
    HOUR
  }

  /**
   * One step.
   *
   * @param timeMicros its start
   * @param mean weighted by count
   * @param last the latest value in it
   */
  public record Point(
      long timeMicros, double min, double max, double mean, double last, long count) {}
}
