package io.vagus.watch;

import io.vagus.model.DeviceId;

/**
 * Where the processing reports what it decided. The two look-ups are made once for each device and
 * product; what they give is then written to by the processing thread alone.
 */
public interface MessageWatch {

  /** What is kept of the device, from now on for as long as the process lives. */
  DeviceActivity activity(DeviceId device, String product);

  /** Delivery latencies of one product. */
  LatencyCounts latency(String product);
}
