package io.vagus.series;

/**
 * What a roll-up keeps of the numbers in one stretch of time. Text and NaN do not enter.
 *
 * @param startMicros when the stretch starts, since the epoch
 * @param sum of the values; the mean is {@code sum / count}, so that buckets merge exactly
 * @param last the latest value
 */
public record Bucket(
    long startMicros, double min, double max, double sum, double last, long count) {

  /** One reading, as a bucket that starts at its time. */
  public static Bucket of(long timeMicros, double value) {
    return new Bucket(timeMicros, value, value, value, value, 1);
  }

  /** This bucket and one that is later in time, as one that starts where this does. */
  Bucket with(Bucket later) {
    return new Bucket(
        startMicros,
        Math.min(min, later.min),
        Math.max(max, later.max),
        sum + later.sum,
        later.last,
        count + later.count);
  }

  Bucket startingAt(long micros) {
    return startMicros == micros ? this : new Bucket(micros, min, max, sum, last, count);
  }

  Range.Point toPoint() {
    return new Range.Point(startMicros, min, max, sum / count, last, count);
  }
}
