package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.Outcome;
import io.vagus.model.Envelope;
import io.vagus.model.Reading;
import io.vagus.model.Transport;
import io.vagus.wire.Sample;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one message brought about, filled by {@link Step}; used again for the next message. */
final class Effects {
  final List<Reading> readings = new ArrayList<>();
  Outcome outcome = Outcome.PENDING;
  ErrorCode reason = ErrorCode.INTERNAL;
  String why = "";
  @Nullable DuplicateCause cause;
  long duplicateOf = -1;

  /** Time of the newest sample by the device's clock; {@link Sample#ABSENT} without one. */
  long generatedMicros = Sample.ABSENT;

  /** Key of the device's own message id; {@link Keys#NONE} without one. */
  long messageKey = Keys.NONE;

  /** Whether the device's reported state took the message in. */
  boolean reported;

  /** The reported state that the message replaced by another; null when it replaced none. */
  byte @Nullable [] replaced;

  /** Whether the device's sensors were well and are degraded now, or the other way round. */
  boolean sensorsTurned;

  void reset() {
    sensorsTurned = false;
    reported = false;
    replaced = null;
    readings.clear();
    outcome = Outcome.PENDING;
    reason = ErrorCode.INTERNAL;
    why = "";
    cause = null;
    duplicateOf = -1;
    generatedMicros = Sample.ABSENT;
    messageKey = Keys.NONE;
  }

  /**
   * How long it was under way: from the corrected device time of its newest reading to its arrival;
   * {@link Sample#ABSENT} where nothing tells.
   */
  long deliveryMicros(Envelope envelope) {
    boolean told =
        outcome == Outcome.ACCEPTED
            && !readings.isEmpty()
            && generatedMicros != Sample.ABSENT
            && envelope.transport() != Transport.REPLAY;
    return told ? latencyMicros() : Sample.ABSENT;
  }

  /** Of the newest reading, whoever said its time. */
  long latencyMicros() {
    Reading newest = readings.getLast();
    return Math.max(0, newest.receivedMicros() - newest.timeMicros());
  }

  void accepted() {
    outcome = Outcome.ACCEPTED;
  }

  void deadLettered(ErrorCode code, String because) {
    readings.clear();
    outcome = Outcome.DEAD_LETTERED;
    reason = code;
    why = because;
  }

  void duplicate(DuplicateCause because, long ofOffset) {
    outcome = Outcome.DUPLICATE;
    cause = because;
    duplicateOf = ofOffset;
  }
}
