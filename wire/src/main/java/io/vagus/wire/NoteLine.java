package io.vagus.wire;

import java.util.OptionalLong;

/**
 * One thing that a device says happened, or one line of its log.
 *
 * @param timeMicros by the device's clock, when it says one
 * @param level {@link Level#NONE} when it says none that is known
 */
public record NoteLine(OptionalLong timeMicros, Level level, String text) {

  /** How bad it is. */
  public enum Level {
    NONE,
    DEBUG,
    INFO,
    WARNING,
    ERROR
  }
}
