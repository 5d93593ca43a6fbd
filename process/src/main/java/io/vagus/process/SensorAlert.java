package io.vagus.process;

import io.vagus.model.Envelope;
import io.vagus.rule.Action;
import io.vagus.rule.Effect;
import io.vagus.rule.Firing;
import io.vagus.rule.Rule;
import java.util.List;
import java.util.Map;

/**
 * The firing that every platform has: a device's sensors are degraded, or well again. One ticket a
 * device, whatever its faults and however many; never a page.
 */
final class SensorAlert {
  /** No rule that people write can have it. */
  static final String RULE = "built-in:sensor-degraded";

  private SensorAlert() {}

  static Firing firing(long offset, int index, Envelope envelope, DeviceState state) {
    Sensors sensors = state.sensors();
    boolean degraded = sensors.isDegraded();
    String faults = sensors.faults();
    return new Firing(
        offset,
        index,
        RULE,
        1,
        envelope.device(),
        envelope.product(),
        degraded ? Firing.Phase.RAISED : Firing.Phase.CLEARED,
        Rule.Mode.LIVE,
        envelope.receivedMicros(),
        envelope.receivedMicros(),
        degraded ? Map.of("faults", faults) : Map.of(),
        List.of(
            degraded
                ? new Action.RaiseAlert(Effect.AlertClass.TICKET, "sensor degraded: " + faults)
                : new Action.ClearAlert()));
  }
}
