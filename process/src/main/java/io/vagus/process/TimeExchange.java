package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Envelope;
import io.vagus.model.MetricType;
import io.vagus.wire.Sample;
import io.vagus.wire.Sample.MetricValue;
import io.vagus.wire.TelemetryCodec;
import io.vagus.wire.TelemetryCodec.Decoded;
import io.vagus.wire.TelemetryCodec.Undecodable;
import io.vagus.wire.Validation.Problem;
import java.util.Optional;

/**
 * The {@code time} topic: {@code {"t0": …}} asks for the server's time (ingest answers); with
 * {@code offset} and {@code rtt} the device says what a finished exchange told it: what to add to
 * its clock, and how long the way there and back took. All in microseconds.
 */
final class TimeExchange {
  private static final double MAX_MICROS = 1e17;

  private TimeExchange() {}

  static Optional<Problem> apply(Envelope envelope, ClockEstimate clock, ProcessLimits limits) {
    return switch (TelemetryCodec.decode(envelope.contentType(), envelope.payload())) {
      case Undecodable undecodable ->
          Optional.of(new Problem(undecodable.code(), undecodable.why()));
      case Decoded decoded -> apply(decoded.samples().getFirst(), envelope, clock, limits);
    };
  }

  private static Optional<Problem> apply(
      Sample sample, Envelope envelope, ClockEstimate clock, ProcessLimits limits) {
    double offset = Double.NaN;
    double roundTrip = Double.NaN;
    for (MetricValue value : sample.values()) {
      boolean isOffset = value.name().equals("offset");
      if (!isOffset && !value.name().equals("rtt")) {
        continue;
      }
      boolean isNumber = value.type() == MetricType.NUMBER || value.type() == MetricType.INTEGER;
      if (!isNumber || Math.abs(value.number()) > MAX_MICROS) {
        return Optional.of(
            new Problem(
                ErrorCode.VALUE_WRONG_TYPE,
                value.name() + ": not a time (expected: microseconds below 10^17)"));
      }
      offset = isOffset ? value.number() : offset;
      roundTrip = isOffset ? roundTrip : value.number();
    }
    if (!Double.isNaN(offset) && !Double.isNaN(roundTrip) && !envelope.redelivery()) {
      clock.exchanged(Math.round(offset), Math.round(roundTrip), envelope.receivedMicros(), limits);
    }
    return Optional.empty();
  }
}
