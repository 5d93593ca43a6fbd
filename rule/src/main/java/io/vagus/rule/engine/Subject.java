package io.vagus.rule.engine;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device, as whoever keeps its state hands it to the engine; one object a device. Called on the
 * engine's thread.
 */
public interface Subject {

  DeviceId device();

  /** Its product when it was last heard. */
  String product();

  /** The newest reading of a metric, those of the message that is being judged among them. */
  @Nullable Reading latest(String metric);

  /** What it says it is, as JSON says it; empty before it said anything. */
  Map<String, @Nullable Object> reported();

  /** What the engine last handed to {@link #remember}; null: nothing. */
  @Nullable DeviceRules remembered();

  /** Keeps it, in the next checkpoint too; called whenever something in it changed. */
  void remember(DeviceRules rules);
}
