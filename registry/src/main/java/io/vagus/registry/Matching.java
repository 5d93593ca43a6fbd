package io.vagus.registry;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which devices a filter lets through, looked at one by one. */
final class Matching {
  private Matching() {}

  static Stream<Device> found(Map<DeviceId, Device> among, DeviceFilter filter, GroupTree tree) {
    Optional<DeviceFilter> resolved = tree.resolve(filter);
    return resolved.stream()
        .flatMap(f -> matching(among, f))
        .filter(d ->
            resolved.flatMap(DeviceFilter::group).stream()
                .allMatch(group -> tree.isInside(d.group(), group)));
  }

  static Stream<Device> matching(Map<DeviceId, Device> devices, DeviceFilter filter) {
    Optional<String> text = filter.text().map(t -> t.toLowerCase(Locale.ROOT));
    return devices.values().stream()
        .filter(
            d -> text.isEmpty() || DeviceRules.searchText(d.id(), d.name()).contains(text.get()))
        .filter(d -> filter.product().isEmpty() || filter.product().get().equals(d.product()))
        .filter(d -> filter.status().isEmpty() || filter.status().get() == d.status())
        .filter(d -> filter.gateway().isEmpty() || filter.gateway().equals(d.gateway()))
        .filter(d -> d.tags().entrySet().containsAll(filter.tags().entrySet()))
        .filter(d -> d.details().entrySet().containsAll(filter.details().entrySet()));
  }
}
