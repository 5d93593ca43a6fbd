package io.vagus.watch;

import java.util.Map;

/**
 * What is kept by device, of some of them: what is kept of all together (how long messages were
 * under way, the ledger) cannot be told of a part.
 *
 * @param messages received within the window
 * @param refusals by reason, of those that named one of the devices, of the last five minutes
 */
public record PartOverview(
    long timeMicros,
    FleetCounts devices,
    long messages,
    long errors,
    long duplicates,
    long windowSeconds,
    Map<String, Long> refusals) {
  private static final int MINUTES = 5;

  public PartOverview {
    refusals = Map.copyOf(refusals);
  }

  static PartOverview of(
      Roster roster,
      Within within,
      Map<String, Long> refusals,
      long nowMicros,
      long uptimeSeconds) {
    int now = DeviceActivity.minute(nowMicros);
    long[] sums = new long[3];
    roster.forEach(
        within,
        device -> {
          sums[0] += device.count(Top.By.MESSAGES, now - MINUTES, now);
          sums[1] += device.count(Top.By.ERRORS, now - MINUTES, now);
          sums[2] += device.count(Top.By.DUPLICATES, now - MINUTES, now);
        });
    return new PartOverview(
        nowMicros,
        roster.count(within, nowMicros),
        sums[0],
        sums[1],
        sums[2],
        Top.windowSeconds(MINUTES, nowMicros, uptimeSeconds),
        refusals);
  }
}
