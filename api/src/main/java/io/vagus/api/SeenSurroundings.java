package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.rule.Rule;
import io.vagus.rule.engine.Subject;
import io.vagus.rule.engine.Surroundings;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What rules may ask, as far as whoever tries one may see it. Immutable. */
record SeenSurroundings(Surroundings all, Predicate<DeviceId> seen) implements Surroundings {
  @Override
  public Optional<Subject> device(DeviceId device) {
    return all.device(device).filter(any -> seen.test(device));
  }

  @Override
  public Map<String, @Nullable Object> desired(DeviceId device) {
    return all.desired(device);
  }

  @Override
  public boolean isIn(DeviceId device, GroupId group) {
    return all.isIn(device, group);
  }

  @Override
  public Optional<GroupId> group(DeviceId device) {
    return all.group(device);
  }

  @Override
  public Map<String, String> tags(DeviceId device) {
    return all.tags(device);
  }

  @Override
  public Optional<DeviceId> related(DeviceId device, Rule.Related related) {
    return all.related(device, related).filter(seen);
  }
}
