package io.vagus.watch;

import io.vagus.model.DeviceId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The devices with the most of something, exactly, over all that sent anything.
 *
 * @param windowSeconds how far back it was counted: whole minutes and the current one
 * @param total of all devices
 * @param items most first
 */
public record Top(long windowSeconds, long total, List<Item> items) {

  public Top {
    items = List.copyOf(items);
  }

  /** What is counted. */
  public enum By {
    MESSAGES,
    /** Of payload. */
    BYTES,
    /** Milliseconds that its messages were under way, all together. */
    DELAY,
    /** Messages rejected or dead-lettered. */
    ERRORS,
    DUPLICATES
  }

  /**
   * One device.
   *
   * @param messages that it sent in the same time
   */
  public record Item(DeviceId device, String product, long count, long messages) {}

  private static final Comparator<Item> LEAST_FIRST =
      Comparator.comparingLong(Item::count).thenComparing(Item::device, Comparator.reverseOrder());

  static Top of(
      Roster roster,
      Within within,
      By by,
      int minutes,
      int limit,
      long nowMicros,
      long uptimeSeconds) {
    int now = DeviceActivity.minute(nowMicros);
    long[] total = new long[1];
    PriorityQueue<Item> most = new PriorityQueue<>(limit + 1, LEAST_FIRST);
    roster.forEach(
        within,
        device -> {
          long count = device.count(by, now - minutes, now);
          if (count > 0) {
            total[0] += count;
            Item least = most.size() < limit ? null : most.peek();
            if (least == null || count >= least.count()) {
              most.add(
                  new Item(
                      device.device(),
                      device.product,
                      count,
                      device.count(By.MESSAGES, now - minutes, now)));
            }
            if (most.size() > limit) {
              most.remove();
            }
          }
        });
    List<Item> items = new ArrayList<>(most);
    items.sort(LEAST_FIRST.reversed());
    return new Top(windowSeconds(minutes, nowMicros, uptimeSeconds), total[0], items);
  }

  /** Whole minutes and the current one, as far as the process has been there. */
  static long windowSeconds(int minutes, long nowMicros, long uptimeSeconds) {
    long window = 60L * minutes + Math.floorMod(nowMicros, 60_000_000L) / 1_000_000;
    return Math.max(1, Math.min(window, uptimeSeconds));
  }
}
