package io.vagus.device;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How much a line of a device's log matters; what is below the level in force is not kept. */
public enum LogLevel {
  DEBUG,
  INFO,
  WARN,
  ERROR;

  /** As the contract writes it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Empty: it is none. */
  static Optional<LogLevel> of(Object word) {
    return Stream.of(values()).filter(level -> level.word().equals(word)).findFirst();
  }
}
