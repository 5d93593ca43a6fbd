package io.vagus.watch;

import io.vagus.model.DeviceId;
import io.vagus.rule.Effect.AlertClass;
import java.util.Optional;

/** What a source says of what it watches. */
public sealed interface AlertChange {

  String source();

  /** Empty: it is of none. */
  Optional<DeviceId> device();

  /**
   * Grows with what the source says of the device: what is not beyond the last is known already, so
   * that saying it twice says it once. Of a rule {@link #sequence(long, int)}.
   */
  long sequence();

  long atMicros();

  /** There is something. */
  record Raise(
      String source,
      Optional<DeviceId> device,
      long sequence,
      long atMicros,
      AlertClass alertClass,
      String text,
      Alert.Cause cause)
      implements AlertChange {
    public Raise {
      text = text.length() > Alert.MAX_TEXT ? text.substring(0, Alert.MAX_TEXT - 1) + "…" : text;
    }
  }

  /** It is over. */
  record Clear(String source, Optional<DeviceId> device, long sequence, long atMicros)
      implements AlertChange {}

  /**
   * @param offset of the firing
   * @param index of it
   */
  static long sequence(long offset, int index) {
    return (offset << 20) | index;
  }

  /** As sources of rules are named. */
  static String ofRule(String rule) {
    return "rule:" + rule;
  }
}
