package io.vagus.series;

import static io.vagus.series.Times.HOUR_MICROS;
import static io.vagus.series.Times.MINUTE_MICROS;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.function.Consumer;

/**
 * How a range is put together from the tiers of one series, the same in every engine.
 *
 * <p>The step picks the tier: below a minute raw readings, below an hour minutes, else hours; but
 * what the range starts with must still be there, so an older range is answered from the next tier.
 * A step that is no multiple of the tier's width is rounded up to one. Where the range begins or
 * ends within an hour, the minutes there come from the minute tier, and within a minute, from raw
 * readings: the edges are exact. Only where those are dropped already is the whole minute or hour
 * at the edge taken.
 */
public final class TieredRange {

  /** One series' tiers; each hands over what it has in a range, oldest first. */
  public interface Source {
    void raw(long fromMicros, long toMicros, Consumer<Bucket> sink);

    /** Bounds are multiples of a minute. */
    void minutes(long fromMicros, long toMicros, Consumer<Bucket> sink);

    /** Bounds are multiples of an hour. */
    void hours(long fromMicros, long toMicros, Consumer<Bucket> sink);

    /** The time before which raw readings were dropped; a multiple of an hour. */
    long rawHorizonMicros();

    /** The time before which minutes were dropped; a multiple of a day. */
    long minuteHorizonMicros();
  }

  private final Source source;
  private final long fromMicros;
  private final long toMicros;

  private TieredRange(Source source, long fromMicros, long toMicros) {
    this.source = source;
    this.fromMicros = Times.clamp(fromMicros);
    this.toMicros = Times.clamp(toMicros);
  }

  public static Range of(Source source, long fromMicros, long toMicros, long stepMicros) {
    if (stepMicros <= 0) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "stepMicros: " + stepMicros + " (expected: > 0)");
    }
    return new TieredRange(source, fromMicros, toMicros).in(stepMicros);
  }

  private Range in(long askedStepMicros) {
    Range.Tier tier = tier(askedStepMicros);
    long step =
        switch (tier) {
          case RAW -> askedStepMicros;
          case MINUTE -> Times.ceil(askedStepMicros, MINUTE_MICROS);
          case HOUR -> Times.ceil(askedStepMicros, HOUR_MICROS);
        };
    Steps steps = new Steps(step);
    if (fromMicros < toMicros) {
      switch (tier) {
        case RAW -> source.raw(fromMicros, toMicros, steps);
        case MINUTE -> minutes(fromMicros, toMicros, steps);
        case HOUR -> hours(steps);
      }
    }
    return new Range(tier, step, steps.toList().stream().map(Bucket::toPoint).toList());
  }

  private Range.Tier tier(long stepMicros) {
    if (stepMicros >= HOUR_MICROS || fromMicros < source.minuteHorizonMicros()) {
      return Range.Tier.HOUR;
    }
    return stepMicros >= MINUTE_MICROS || fromMicros < source.rawHorizonMicros()
        ? Range.Tier.MINUTE
        : Range.Tier.RAW;
  }

  private void hours(Consumer<Bucket> sink) {
    long horizon = source.minuteHorizonMicros();
    long from = fromMicros < horizon ? Times.floor(fromMicros, HOUR_MICROS) : fromMicros;
    long to = toMicros < horizon ? Times.ceil(toMicros, HOUR_MICROS) : toMicros;
    long firstWhole = Times.ceil(from, HOUR_MICROS);
    long endWhole = Times.floor(to, HOUR_MICROS);
    if (firstWhole >= endWhole) {
      minutes(from, to, sink);
      return;
    }
    minutes(from, firstWhole, sink);
    source.hours(firstWhole, endWhole, sink);
    minutes(endWhole, to, sink);
  }

  private void minutes(long fromInclusive, long toExclusive, Consumer<Bucket> sink) {
    if (fromInclusive >= toExclusive) {
      return;
    }
    long horizon = source.rawHorizonMicros();
    long from = fromInclusive < horizon ? Times.floor(fromInclusive, MINUTE_MICROS) : fromInclusive;
    long to = toExclusive < horizon ? Times.ceil(toExclusive, MINUTE_MICROS) : toExclusive;
    long firstWhole = Times.ceil(from, MINUTE_MICROS);
    long endWhole = Times.floor(to, MINUTE_MICROS);
    if (firstWhole >= endWhole) {
      source.raw(from, to, sink);
      return;
    }
    if (from < firstWhole) {
      source.raw(from, firstWhole, sink);
    }
    source.minutes(firstWhole, endWhole, sink);
    if (endWhole < to) {
      source.raw(endWhole, to, sink);
    }
  }
}
