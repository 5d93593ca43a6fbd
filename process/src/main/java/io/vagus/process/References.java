package io.vagus.process;

import io.vagus.model.DeviceId;
import io.vagus.model.SensorFaults.Bias;
import io.vagus.model.SensorFaults.Reference;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a sensor should show. A reading that is older than the bias must last says nothing. Confined
 * to the processing thread.
 *
 * @param states of any device
 * @param related the device of that relation to another; of several the first by id
 */
record References(
    Function<DeviceId, Optional<DeviceState>> states,
    BiFunction<DeviceId, String, Optional<DeviceId>> related) {

  OptionalDouble value(DeviceState device, Bias bias, long timeMicros) {
    return switch (bias.reference()) {
      case Reference.Expected(double value) -> OptionalDouble.of(value);
      case Reference.Sibling(String metric) -> last(device, metric, bias, timeMicros);
      case Reference.Related(String relation, String metric) -> {
        Optional<DeviceState> other = related.apply(device.device, relation).flatMap(states);
        yield other.isEmpty()
            ? OptionalDouble.empty()
            : last(other.get(), metric, bias, timeMicros);
      }
    };
  }

  private static OptionalDouble last(
      DeviceState device, String metric, Bias bias, long timeMicros) {
    int index = device.last.indexOf(metric);
    boolean fresh =
        index >= 0
            && Math.abs(timeMicros - device.last.timeMicros(index))
                <= bias.after().toNanos() / 1000;
    return fresh ? OptionalDouble.of(device.last.number(index)) : OptionalDouble.empty();
  }
}
