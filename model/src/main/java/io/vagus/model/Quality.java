package io.vagus.model;

import java.util.ArrayList;
import java.util.List;

/** Flags of a stored reading, a bit each; stored, so bits never change meaning. */
public final class Quality {
  public static final int GOOD = 0;

  /** The model does not list the metric. */
  public static final int UNKNOWN_METRIC = 1;

  /** Outside the model's range. */
  public static final int OUT_OF_RANGE = 1 << 1;

  /** The device's clock was off: the time is the corrected one. */
  public static final int CLOCK_CORRECTED = 1 << 2;

  /** The device's time was beyond the bound, so the receive time stands in for it. */
  public static final int CLAMPED_FUTURE = 1 << 3;

  public static final int CLAMPED_PAST = 1 << 4;

  /** The device gave no time. */
  public static final int NO_DEVICE_TIME = 1 << 5;

  /** Older than what was stored before it. */
  public static final int LATE = 1 << 6;

  /** The sensor shows one value over and over. */
  public static final int STUCK = 1 << 7;

  /** A single value far off those before it. */
  public static final int SPIKE = 1 << 8;

  /** The sensor is off from what it is compared with. */
  public static final int BIAS = 1 << 9;

  /** The sensor's readings scatter more than usual. */
  public static final int NOISE = 1 << 10;

  private static final String[] WORDS = {
    "unknown-metric",
    "out-of-range",
    "clock-corrected",
    "clamped-future",
    "clamped-past",
    "no-device-time",
    "late",
    "stuck",
    "spike",
    "bias",
    "noise"
  };

  private Quality() {}

  /** The flags that are set, as the API names them. */
  public static List<String> words(int bits) {
    List<String> set = new ArrayList<>();
    for (int i = 0; i < WORDS.length; i++) {
      if ((bits & 1 << i) != 0) {
        set.add(WORDS[i]);
      }
    }
    return set;
  }
}
