package io.vagus.process;

import io.vagus.model.Envelope;
import io.vagus.model.MetricModel;
import io.vagus.model.ProductModel;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import io.vagus.model.SensorFaults;
import io.vagus.model.Transport;
import io.vagus.wire.Sample;
import io.vagus.wire.Sample.MetricValue;
import io.vagus.wire.Validation;
import java.util.OptionalDouble;

/**
 * Makes readings of accepted samples: their corrected times, what is to be said of their quality,
 * and what is the newest. Confined to the processing thread.
 */
final class Readings {
  private final ProcessLimits limits;
  private final Interner names;
  private final References references;

  Readings(ProcessLimits limits, Interner names, References references) {
    this.limits = limits;
    this.names = names;
    this.references = references;
  }

  void store(
      DeviceState state,
      Sample sample,
      Envelope envelope,
      ProductModel known,
      long clockOffset,
      Effects out) {
    long received = envelope.receivedMicros();
    long deviceMicros = sample.hasTime() ? sample.timeMicros() : received;
    long time = sample.hasTime() ? deviceMicros + clockOffset : received + sample.relativeMicros();
    int quality = Quality.GOOD;
    if (!sample.hasTime()) {
      quality |= Quality.NO_DEVICE_TIME;
    } else if (clockOffset != 0) {
      quality |= Quality.CLOCK_CORRECTED;
    }
    if (time > received + limits.maxFutureMicros()) {
      quality = quality & ~Quality.CLOCK_CORRECTED | Quality.CLAMPED_FUTURE;
      time = received;
    } else if (time < received - limits.maxPastMicros()) {
      quality = quality & ~Quality.CLOCK_CORRECTED | Quality.CLAMPED_PAST;
      time = received;
    }
    for (MetricValue value : sample.values()) {
      out.readings.add(reading(state, value, envelope, known, time, deviceMicros, quality));
    }
    if (sample.hasSequence()) {
      state.gaps.sequence(sample.sequence(), time);
    }
    state.gaps.reading(time, state.cadenceMicros);
  }

  private Reading reading(
      DeviceState state,
      MetricValue value,
      Envelope envelope,
      ProductModel known,
      long time,
      long deviceMicros,
      int timeQuality) {
    int index = state.last.indexOf(value.name());
    boolean late = index >= 0 && isLate(time, state.last.timeMicros(index), envelope);
    MetricModel metric = known.metric(value.name());
    int quality = timeQuality | Validation.quality(value, known, metric);
    String name = index < 0 ? names.intern(value.name()) : state.last.metric(index);
    if (late) {
      quality |= Quality.LATE;
    } else if (metric != null && (state.sensors != null || !metric.faults().isNone())) {
      quality |= sensorQuality(state, name, value.number(), time, metric.faults());
    }
    Reading reading =
        new Reading(
            state.device,
            name,
            time,
            deviceMicros,
            envelope.receivedMicros(),
            value.number(),
            value.text(),
            quality);
    if (!late) {
      state.last.put(index, reading);
    }
    return reading;
  }

  /**
   * Older than the last one, unless that lies where no reading of today can: then the server's
   * clock was ahead when it came, and has been set back.
   */
  private boolean isLate(long time, long lastMicros, Envelope envelope) {
    boolean wasAhead =
        lastMicros > envelope.receivedMicros() + limits.maxFutureMicros()
            && envelope.transport() != Transport.REPLAY;
    return time < lastMicros && !wasAhead;
  }

  private int sensorQuality(
      DeviceState state, String metric, double value, long time, SensorFaults looked) {
    Sensors sensors = state.sensors();
    if (looked.isNone()) {
      sensors.forget(metric);
      return Quality.GOOD;
    }
    OptionalDouble reference =
        looked.bias().isEmpty()
            ? OptionalDouble.empty()
            : references.value(state, looked.bias().get(), time);
    return sensors.judge(metric, value, time, looked, reference);
  }
}
