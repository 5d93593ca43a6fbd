package io.vagus.ingest;

import io.vagus.model.DeviceId;
import java.util.concurrent.ConcurrentHashMap;

/** How many connections each device has open: one entry for each that has any. Thread-safe. */
public final class DeviceConnections {
  private final int most;
  private final ConcurrentHashMap<DeviceId, Integer> open = new ConcurrentHashMap<>();

  DeviceConnections(int most) {
    this.most = most;
  }

  /** Counts one more; false, and not counted, when it has as many as it may. */
  public boolean opened(DeviceId device) {
    boolean[] taken = new boolean[1];
    open.compute(
        device,
        (id, count) -> {
          int held = count == null ? 0 : count;
          taken[0] = held < most;
          return taken[0] ? Integer.valueOf(held + 1) : count;
        });
    return taken[0];
  }

  /** One that was counted is gone. */
  public void closed(DeviceId device) {
    open.computeIfPresent(device, (id, count) -> count > 1 ? count - 1 : null);
  }
}
