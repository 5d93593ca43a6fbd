package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.ledger.DuplicateCause;
import io.vagus.model.Channel;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.model.Transport;
import io.vagus.twin.ReportedState;
import io.vagus.wire.Report;
import io.vagus.wire.ReportCodec;
import io.vagus.wire.Sample;
import io.vagus.wire.Sample.MetricValue;
import io.vagus.wire.TelemetryCodec;
import io.vagus.wire.TelemetryCodec.Decoded;
import io.vagus.wire.TelemetryCodec.Undecodable;
import io.vagus.wire.Validation;
import java.util.List;
import java.util.Optional;

/**
 * What one message does to its device's state, and what it brings about. No clock and no I/O: the
 * same messages in the same order give the same states and effects, whenever they are replayed.
 *
 * <p>Duplicates come first, so that a message judged before is not judged again by a newer model.
 * Then the model judges the whole message, and only then does the state change: a message that is
 * refused leaves no trace in it, and can be put back later. Confined to one thread.
 */
final class Step {
  private final ProcessLimits limits;
  private final Interner names;
  private final Readings readings;
  private long[] keys = new long[16];

  Step(ProcessLimits limits, Interner names, References references) {
    this.limits = limits;
    this.names = names;
    this.readings = new Readings(limits, names, references);
  }

  /**
   * @param model in force when the message came; empty when nobody knows it
   * @param oldestOffset offsets below are out of the window of remembered messages
   */
  void apply(
      DeviceState state,
      long offset,
      Envelope envelope,
      Optional<ProductModel> model,
      long oldestOffset,
      Effects out) {
    new Message(state, offset, envelope, model, oldestOffset, out).apply();
  }

  private final class Message {
    private final DeviceState state;
    private final long offset;
    private final Envelope envelope;
    private final Optional<ProductModel> model;
    private final long oldestOffset;
    private final Effects out;
    private final byte gateway;

    Message(
        DeviceState state,
        long offset,
        Envelope envelope,
        Optional<ProductModel> model,
        long oldestOffset,
        Effects out) {
      this.state = state;
      this.offset = offset;
      this.envelope = envelope;
      this.model = model;
      this.oldestOffset = oldestOffset;
      this.out = out;
      this.gateway =
          envelope.gateway().isEmpty() ? 0 : Keys.ofGateway(envelope.gateway().get().value());
    }

    void apply() {
      long messageKey =
          envelope.messageId().isPresent() ? Keys.ofId(envelope.messageId().get()) : Keys.NONE;
      out.messageKey = messageKey;
      if (isDuplicate(messageKey)) {
        return;
      }
      if (envelope.channel() == Channel.REPORTED) {
        applyReport(messageKey);
        return;
      }
      if (envelope.channel() != Channel.TELEMETRY) {
        applyOther(messageKey);
        return;
      }
      switch (TelemetryCodec.decode(envelope.contentType(), envelope.payload())) {
        case Undecodable undecodable -> out.deadLettered(undecodable.code(), undecodable.why());
        case Decoded decoded -> applySamples(decoded.samples(), messageKey);
      }
    }

    private void applyOther(long messageKey) {
      long key = messageKey == Keys.NONE ? packetKey() : messageKey;
      if (messageKey == Keys.NONE && envelope.redelivery() && isDuplicate(key)) {
        return;
      }
      if (envelope.channel() == Channel.TIME) {
        Optional<Validation.Problem> problem = TimeExchange.apply(envelope, state.clock, limits);
        if (problem.isPresent()) {
          out.deadLettered(problem.get().code(), problem.get().why());
          return;
        }
      }
      state.remember(key, offset, gateway);
      out.accepted();
    }

    private void applyReport(long messageKey) {
      try {
        applyReport(messageKey, ReportCodec.decode(envelope.payload()));
      } catch (VagusException e) {
        out.deadLettered(e.code(), String.valueOf(e.getMessage()));
      }
    }

    private void applyReport(long messageKey, Report report) {
      long key = messageKey;
      if (key == Keys.NONE && report.id().isPresent()) {
        key = Keys.ofId(report.id().get());
      } else if (key == Keys.NONE) {
        key = report.hasTime() ? Keys.ofPacket(0, envelope.payload()) : packetKey();
      }
      out.messageKey = key;
      boolean recognisable = report.id().isPresent() || report.hasTime();
      if (messageKey == Keys.NONE && (recognisable || envelope.redelivery()) && isDuplicate(key)) {
        return;
      }
      long received = envelope.receivedMicros();
      long time = report.hasTime() ? report.timeMicros() + state.clock.offsetMicros() : received;
      if (time > received + limits.maxFutureMicros() || time < received - limits.maxPastMicros()) {
        time = received;
      }
      ReportedState before = state.reported == null ? new ReportedState() : state.reported;
      ReportedState reported = before.copy();
      if (reported.apply(report, time, received, names::intern)) {
        out.replaced = before.encode();
      }
      state.reported = reported;
      state.remember(key, offset, gateway);
      out.reported = true;
      out.accepted();
    }

    private void applySamples(List<Sample> samples, long messageKey) {
      boolean anyKeyless = fillKeys(samples, messageKey);
      out.generatedMicros = newest(samples);
      long packetKey = anyKeyless && messageKey == Keys.NONE ? packetKey() : Keys.NONE;
      if (envelope.redelivery() && isDuplicate(packetKey)) {
        return;
      }
      if (!anyKeyless && messageKey == Keys.NONE && allKnown(samples.size())) {
        return;
      }
      if (!isGood(samples)) {
        return;
      }
      state.remember(messageKey, offset, gateway);
      state.remember(packetKey, offset, gateway);
      store(samples, model.orElseThrow());
    }

    /** Fills {@link #keys}, {@link Keys#NONE} where the message's own key stands for the sample. */
    private boolean fillKeys(List<Sample> samples, long messageKey) {
      if (keys.length < samples.size()) {
        keys = new long[samples.size()];
      }
      boolean anyKeyless = false;
      for (int i = 0; i < samples.size(); i++) {
        Sample sample = samples.get(i);
        String id = sample.id();
        if (messageKey != Keys.NONE && samples.size() == 1) {
          keys[i] = Keys.NONE;
        } else if (id != null) {
          keys[i] = Keys.ofId(id);
        } else {
          keys[i] = sample.hasTime() ? Keys.ofContent(sample) : Keys.NONE;
        }
        anyKeyless |= keys[i] == Keys.NONE;
        if (id != null && samples.size() == 1 && messageKey == Keys.NONE) {
          out.messageKey = keys[i];
        }
      }
      return anyKeyless;
    }

    private boolean allKnown(int count) {
      for (int i = 0; i < count; i++) {
        if (state.window.find(keys[i], oldestOffset, offset) < 0) {
          return false;
        }
      }
      return isDuplicate(keys[0]);
    }

    private boolean isDuplicate(long key) {
      int found = key == Keys.NONE ? -1 : state.window.find(key, oldestOffset, offset);
      if (found < 0) {
        return false;
      }
      DuplicateCause cause = DuplicateCause.REPLAY;
      if (envelope.redelivery()) {
        cause = DuplicateCause.REDELIVERY;
      } else if (state.window.gatewayAt(found) != gateway) {
        cause = DuplicateCause.OTHER_GATEWAY;
      }
      out.duplicate(cause, state.window.offsetAt(found, offset));
      return true;
    }

    private boolean isGood(List<Sample> samples) {
      if (model.isEmpty()) {
        out.deadLettered(
            ErrorCode.MODEL_MISSING,
            "product: %s version %d (expected: a known product)"
                .formatted(envelope.product(), envelope.modelVersion()));
        return false;
      }
      Optional<Validation.Problem> problem = Validation.check(samples, model.get());
      if (problem.isPresent()) {
        out.deadLettered(problem.get().code(), problem.get().why());
        return false;
      }
      int metrics = state.last.size() + newMetrics(samples);
      if (metrics > limits.maxMetrics()) {
        out.deadLettered(
            ErrorCode.TOO_MANY_VALUES,
            "metrics: %d (expected: <= %d of one device)".formatted(metrics, limits.maxMetrics()));
        return false;
      }
      return true;
    }

    /** Not counted while there is room for all of them. */
    private int newMetrics(List<Sample> samples) {
      int values = 0;
      for (Sample sample : samples) {
        values += sample.values().size();
      }
      if (state.last.size() + values <= limits.maxMetrics()) {
        return 0;
      }
      return (int)
          samples.stream()
              .flatMap(sample -> sample.values().stream())
              .map(MetricValue::name)
              .filter(name -> state.last.indexOf(name) < 0)
              .distinct()
              .count();
    }

    private void store(List<Sample> samples, ProductModel known) {
      long clockOffset = clockOffset();
      state.cadenceMicros = known.cadence().isEmpty() ? 0 : known.cadence().get().toNanos() / 1000;
      for (int i = 0; i < samples.size(); i++) {
        boolean again =
            keys[i] != Keys.NONE && state.window.find(keys[i], oldestOffset, offset) >= 0;
        if (!again) {
          state.remember(keys[i], offset, gateway);
          readings.store(state, samples.get(i), envelope, known, clockOffset, out);
        }
      }
      out.sensorsTurned = state.sensors != null && state.sensors.turned();
      out.accepted();
    }

    private long clockOffset() {
      if (out.generatedMicros == Sample.ABSENT || envelope.transport() == Transport.REPLAY) {
        return state.clock.offsetMicros();
      }
      return state.clock.observe(
          envelope.receivedMicros() - out.generatedMicros, envelope.receivedMicros(), limits);
    }

    private long packetKey() {
      return envelope.packetId() == 0
          ? Keys.NONE
          : Keys.ofPacket(envelope.packetId(), envelope.payload());
    }
  }

  private static long newest(List<Sample> samples) {
    long newest = Sample.ABSENT;
    for (Sample sample : samples) {
      newest = Math.max(newest, sample.timeMicros());
    }
    return newest;
  }
}
