package io.vagus.command;

/**
 * A command for many devices, asked one after the other at a pace.
 *
 * <pre>
 * running ⇄ paused
 *    ├─ all asked, and all over ─▶ done
 *    ├─ too many failed ─▶ stopped
 *    ├─ (or paused) cancel ─▶ cancelled
 *    └─ (or paused) its deadline passed ─▶ expired
 * </pre>
 *
 * What was asked and not sent is taken back when it is stopped or cancelled.
 *
 * @param why it is where it is; empty when there is nothing to say
 * @param endedMicros 0 while it goes on
 * @param devices how many there are
 * @param asked of how many of them, in their order, the turn was
 */
public record Bulk(
    String id,
    BulkOrder order,
    State state,
    String why,
    long createdMicros,
    long endedMicros,
    long devices,
    long asked) {

  /** Where it is. The order is stored: add at the end only. */
  public enum State {
    RUNNING,
    PAUSED,
    DONE,
    CANCELLED,
    STOPPED,
    EXPIRED;

    /** Whether no more devices are asked. */
    public boolean isOver() {
      return this != RUNNING && this != PAUSED;
    }
  }

  public Bulk to(State next, String reason, long micros) {
    long ended = next.isOver() ? micros : 0;
    return new Bulk(id, order, next, reason, createdMicros, ended, devices, asked);
  }

  public Bulk withRate(double hz) {
    return new Bulk(id, order.withRate(hz), state, why, createdMicros, endedMicros, devices, asked);
  }

  Bulk withAsked(long number) {
    return new Bulk(id, order, state, why, createdMicros, endedMicros, devices, number);
  }
}
