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
 * unknown ─(a late, definite result)─▶ succeeded | failed | expired | refused
 *
 * created ─▶ awaiting approval ─(two people)─▶ validated
 *              └─(deadline)─▶ expired, ─cancel─▶ cancelled
 * created, awaiting approval, queued ─(an interlock, the rate limit)─▶ refused
 * sent, acknowledged ─(an interlock, on the device)─▶ refused
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
  UNKNOWN,
  AWAITING_APPROVAL,
  REFUSED;

  /** Whether nothing more is waited for. */
  public boolean isOver() {
    return switch (this) {
      case CREATED, VALIDATED, QUEUED, SENT, ACKNOWLEDGED, AWAITING_APPROVAL -> false;
      case SUCCEEDED, FAILED, EXPIRED, CANCELLED, UNKNOWN, REFUSED -> true;
    };
  }
}
