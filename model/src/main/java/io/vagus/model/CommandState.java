package io.vagus.model;

/**
 * Where a command is.
 *
 * <pre>
 * created ─▶ validated ─▶ queued ─▶ sent ─▶ acknowledged ─▶ succeeded | failed | unknown
 *                           │         │           └─(deadline, nothing said)─▶ unknown
 *                           │         ├─result without ack─▶ succeeded | failed | expired | unknown
 *                           │         └─(deadline, no ack)─▶ unknown
 *                           ├─(deadline)─▶ expired
 *                           └─cancel─▶ cancelled
 * unknown ─(a late, definite result)─▶ succeeded | failed | expired
 * </pre>
 *
 * The order is stored: add at the end only.
 */
public enum CommandState {
  CREATED,
  VALIDATED,
  QUEUED,
  SENT,
  ACKNOWLEDGED,
  SUCCEEDED,
  FAILED,
  EXPIRED,
  CANCELLED,
  UNKNOWN;

  /** Whether nothing more is waited for. */
  public boolean isOver() {
    return switch (this) {
      case CREATED, VALIDATED, QUEUED, SENT, ACKNOWLEDGED -> false;
      case SUCCEEDED, FAILED, EXPIRED, CANCELLED, UNKNOWN -> true;
    };
  }
}
