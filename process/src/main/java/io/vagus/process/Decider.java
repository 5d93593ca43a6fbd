package io.vagus.process;

import io.vagus.ledger.Outcome;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.model.Reading;
import io.vagus.watch.DeviceActivity;
import io.vagus.wire.Sample;
import java.util.Optional;

/**
 * Decides one message after the other and hands what follows from it to whom it concerns: counts,
 * meters, series, live watchers, records. Confined to the processing thread.
 */
final class Decider {
  private final ProcessParts parts;
  private final Partition partition;
  private final Stores stores;
  private final SeriesWriter writer;
  private final LiveFeed live;
  private final ProcessMeters meters;
  private final Retries retries;
  private final long startOffset;
  private final Effects effects = new Effects();

  Decider(
      ProcessParts parts,
      Partition partition,
      Stores stores,
      SeriesWriter writer,
      LiveFeed live,
      ProcessMeters meters,
      Retries retries,
      long startOffset) {
    this.parts = parts;
    this.partition = partition;
    this.stores = stores;
    this.writer = writer;
    this.live = live;
    this.meters = meters;
    this.retries = retries;
    this.startOffset = startOffset;
  }

  DeviceState decide(long offset, long timeMicros, Envelope envelope, long nowMicros) {
    DeviceState state = apply(partition, offset, timeMicros, envelope);
    partition.tally.decided(envelope.transport(), effects, offset >= startOffset);
    meters.decided(envelope, effects);
    report(state.activity, envelope);
    for (Reading reading : effects.readings) {
      writer.add(reading);
      live.publish(reading);
    }
    long previousOffset = state.passed(offset);
    retries.untilKept(() -> keep(offset, envelope, state.key, previousOffset, nowMicros));
    if (effects.reported) {
      state.reportedView().ifPresent(parts.reports()::reported);
    }
    if (effects.outcome == Outcome.DEAD_LETTERED) {
      parts.errors().refused(envelope.device(), envelope.gateway(), effects.reason, effects.why);
    }
    return state;
  }

  /** What the message that was decided last brought about. */
  Effects effects() {
    return effects;
  }

  /** Hands the readings of a message decided before to the series again, and nothing else. */
  void restore(Partition past, long offset, long timeMicros, Envelope envelope) {
    apply(past, offset, timeMicros, envelope);
    effects.readings.forEach(writer::add);
  }

  private DeviceState apply(Partition to, long offset, long timeMicros, Envelope envelope) {
    return to.apply(offset, timeMicros, envelope, model(envelope), effects);
  }

  private Optional<ProductModel> model(Envelope envelope) {
    Optional<ProductModel> model =
        parts.registry().model(envelope.product(), envelope.modelVersion());
    return model.isEmpty() && envelope.product().equals(ProductModel.OPEN.id())
        ? Optional.of(ProductModel.OPEN)
        : model;
  }

  private void report(DeviceActivity activity, Envelope envelope) {
    activity.message(envelope.receivedMicros(), envelope.payload().length);
    long deliveryMicros = effects.deliveryMicros(envelope);
    if (deliveryMicros != Sample.ABSENT) {
      activity.delivered(envelope.receivedMicros(), deliveryMicros);
    }
    if (effects.outcome == Outcome.DEAD_LETTERED) {
      activity.error(envelope.receivedMicros());
    } else if (effects.cause != null) {
      activity.duplicate(envelope.receivedMicros());
    }
  }

  /** Doing it again changes nothing. */
  private void keep(
      long offset, Envelope envelope, long deviceKey, long previousOffset, long nowMicros) {
    stores
        .traces()
        .add(
            offset, deviceKey, previousOffset, envelope.transport(), effects, nowMicros, nowMicros);
    if (effects.replaced != null) {
      stores
          .reportedHistory()
          .add(offset, envelope.device(), envelope.receivedMicros(), effects.replaced);
    }
    if (effects.outcome == Outcome.DEAD_LETTERED) {
      stores.deadLetters().add(offset, envelope, effects);
    } else if (effects.cause != null) {
      stores
          .duplicates()
          .add(
              offset,
              envelope.device(),
              effects.cause,
              effects.duplicateOf,
              envelope.receivedMicros());
    } else if (Notes.CHANNELS.contains(envelope.channel())) {
      stores.notes().add(offset, envelope);
    }
  }
}
