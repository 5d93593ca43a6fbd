package io.vagus.rule.engine;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A device as its readings make it, in memory: for recorded data, where no state is kept. */
public final class RecordedDevice implements Subject {
  private final DeviceId device;
  private final String product;
  private final Map<String, Reading> latest = new HashMap<>();
  private Map<String, @Nullable Object> reported = Collections.emptyMap();
  private @Nullable DeviceRules remembered;

  public RecordedDevice(DeviceId device, String product) {
    this.device = device;
    this.product = product;
  }

  /** Takes readings in; an older one replaces no newer one. */
  public void take(List<Reading> readings) {
    for (Reading reading : readings) {
      latest.merge(
          reading.metric(),
          reading,
          (one, other) -> other.timeMicros() >= one.timeMicros() ? other : one);
    }
  }

  /** The newest of each metric. */
  public Collection<Reading> readings() {
    return Collections.unmodifiableCollection(latest.values());
  }

  public void report(Map<String, @Nullable Object> state) {
    reported = state;
  }

  @Override
  public DeviceId device() {
    return device;
  }

  @Override
  public String product() {
    return product;
  }

  @Override
  public @Nullable Reading latest(String metric) {
    return latest.get(metric);
  }

  @Override
  public Map<String, @Nullable Object> reported() {
    return reported;
  }

  @Override
  public @Nullable DeviceRules remembered() {
    return remembered;
  }

  @Override
  public void remember(DeviceRules rules) {
    remembered = rules;
  }
}
