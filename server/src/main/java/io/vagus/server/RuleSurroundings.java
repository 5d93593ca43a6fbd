package io.vagus.server;

import io.vagus.model.Desired;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Registry;
import io.vagus.registry.RegistryListener;
import io.vagus.rule.Rule;
import io.vagus.rule.engine.Subject;
import io.vagus.rule.engine.Surroundings;
import io.vagus.twin.Node;
import io.vagus.twin.Reach;
import io.vagus.twin.Relation;
import io.vagus.twin.Relations;
import io.vagus.wire.DocumentValues;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What rules ask of registry and relations, remembered, since both are on disk and rules ask at
 * each message. Thread-safe.
 */
final class RuleSurroundings implements Surroundings, RegistryListener {
  private static final int DEPTH = 8;

  private final Registry registry;
  private final Relations relations;
  private final Remembered<DeviceId, Optional<Device>> devices;
  private final Remembered<DeviceId, Map<String, @Nullable Object>> desired;
  private final Remembered<Way, Optional<DeviceId>> related;

  private record Way(DeviceId from, Rule.Related related) {}

  RuleSurroundings(Registry registry, Relations relations) {
    this.registry = registry;
    this.relations = relations;
    this.devices = new Remembered<>(registry::device);
    this.desired = new Remembered<>(id -> DocumentValues.of(registry.desired().of(id).document()));
    this.related = new Remembered<>(this::find);
    relations.addListener(related::clear);
  }

  /** The processing knows its own. */
  @Override
  public Optional<Subject> device(DeviceId device) {
    return Optional.empty();
  }

  @Override
  public Map<String, @Nullable Object> desired(DeviceId device) {
    return desired.get(device);
  }

  @Override
  public boolean isIn(DeviceId device, GroupId group) {
    return registry.groups().isInside(group(device), group);
  }

  @Override
  public Optional<GroupId> group(DeviceId device) {
    return devices.get(device).flatMap(Device::group);
  }

  @Override
  public Map<String, String> tags(DeviceId device) {
    return devices.get(device).map(Device::tags).orElse(Map.of());
  }

  @Override
  public Optional<DeviceId> related(DeviceId device, Rule.Related way) {
    return related.get(new Way(device, way));
  }

  /** The nearest; of several the first by id. Never one of another organisation. */
  private Optional<DeviceId> find(Way way) {
    RelationWord word = RelationWord.of(way.related.relation());
    if (word == null) {
      return Optional.empty();
    }
    List<Reach.Found> found =
        Reach.of(
                relations,
                word.kind(),
                new Node.OfDevice(way.from),
                word.isForward(),
                DEPTH,
                node -> true)
            .found()
            .stream()
            .filter(one -> isMeant(one.node(), way))
            .toList();
    int nearest = found.stream().mapToInt(Reach.Found::depth).min().orElse(0);
    return found.stream()
        .filter(one -> one.depth() == nearest)
        .map(one -> ((Node.OfDevice) one.node()).id())
        .min(DeviceId::compareTo);
  }

  private boolean isMeant(Node node, Way way) {
    if (!(node instanceof Node.OfDevice other)) {
      return false;
    }
    Optional<Device> device = devices.get(other.id());
    return device.isPresent()
        && way.related.product().map(device.get().product()::equals).orElse(true)
        && Objects.equals(organisation(way.from), organisation(other.id()));
  }

  private Optional<GroupId> organisation(DeviceId device) {
    return registry.groups().organisation(group(device));
  }

  @Override
  public void deviceSaved(Device device) {
    devices.forget(device.id());
    related.clear();
  }

  @Override
  public void deviceDeleted(DeviceId device) {
    devices.forget(device);
    desired.forget(device);
    related.clear();
  }

  @Override
  public void desiredChanged(Desired before, Desired after) {
    desired.forget(after.device());
  }

  @Override
  public void groupDeleted(GroupId group) {
    devices.clear();
    related.clear();
  }

  @Override
  public void deviceBarred(DeviceId device) {}

  @Override
  public void applicationChanged(String name) {}

  /** How rules say a relation. */
  private record RelationWord(Relation.Kind kind, boolean isForward) {
    private static final Map<String, RelationWord> ALL =
        Map.of(
            "contains", new RelationWord(Relation.Kind.CONTAINS, true),
            "within", new RelationWord(Relation.Kind.CONTAINS, false),
            "feeds", new RelationWord(Relation.Kind.FEEDS, true),
            "fed-by", new RelationWord(Relation.Kind.FEEDS, false),
            "behind", new RelationWord(Relation.Kind.BEHIND, true),
            "in-front-of", new RelationWord(Relation.Kind.BEHIND, false));

    static @Nullable RelationWord of(String word) {
      return ALL.get(word);
    }
  }
}
