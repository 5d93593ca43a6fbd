package io.vagus.fleet;

import java.util.List;

/** How a metric moves over time. Pure: the same time and dice give the same value. */
sealed interface Signal {
  long HOUR = 3_600_000_000L;
  long DAY = 24 * HOUR;

  /** The value; of {@link States} its number in the list. */
  double at(long micros, Dice dice);

  /** Appends a value as JSON. */
  void write(StringBuilder out, double value);

  /**
   * A level with a daily curve, a random walk that comes back, and noise.
   *
   * @param base the mean of all, about which devices differ by {@code spread} (one deviation)
   * @param daily half the height of the daily curve, which is highest at {@code peakHour} (UTC)
   * @param walk deviation of what wanders over an hour or so
   * @param noise deviation of each value
   */
  record Curve(
      double base,
      double spread,
      double daily,
      double peakHour,
      double walk,
      double noise,
      double low,
      double high,
      int decimals)
      implements Signal {
    @Override
    public double at(long micros, Dice dice) {
      double hours = (double) Math.floorMod(micros, DAY) / HOUR;
      double value =
          base
              + spread * dice.of("spread").normal(0)
              + daily * Math.cos((hours - peakHour) / 24 * 2 * Math.PI)
              + walk * dice.of("walk").wander(micros, HOUR)
              + noise * dice.of("noise").normal(micros);
      return Math.clamp(value, low, high);
    }

    @Override
    public void write(StringBuilder out, double value) {
      Decimals.append(out, value, decimals);
    }
  }

  /** A level that holds for a while and then jumps to another between low and high. */
  record Steps(double low, double high, long holdMicros, int decimals) implements Signal {
    @Override
    public double at(long micros, Dice dice) {
      return low + (high - low) * dice.uniform(Math.floorDiv(micros, holdMicros));
    }

    @Override
    public void write(StringBuilder out, double value) {
      Decimals.append(out, value, decimals);
    }
  }

  /** A count that only rises, faster and slower by turns. */
  record Counter(double perHour, int decimals) implements Signal {
    private static final long ORIGIN = 1_767_225_600_000_000L; // 2026-01-01T00:00:00Z

    @Override
    public double at(long micros, Dice dice) {
      double hours = (double) (micros - ORIGIN) / HOUR + 24 * dice.uniform(0);
      return perHour * (hours + 0.8 / (2 * Math.PI) * Math.sin(2 * Math.PI * hours));
    }

    @Override
    public void write(StringBuilder out, double value) {
      Decimals.append(out, value, decimals);
    }
  }

  /** One of several words, or of false and true; the first is the usual one. */
  record States(List<String> words, double usual, long holdMicros) implements Signal {
    @Override
    public double at(long micros, Dice dice) {
      double chance = dice.uniform(Math.floorDiv(micros, holdMicros));
      return chance < usual
          ? 0
          : 1 + Math.floor((chance - usual) / (1 - usual) * (words.size() - 1));
    }

    @Override
    public void write(StringBuilder out, double value) {
      String word = words.get((int) Math.clamp(Math.round(value), 0, words.size() - 1));
      if (word.equals("true") || word.equals("false")) {
        out.append(word);
      } else {
        out.append('"').append(word).append('"');
      }
    }
  }
}
