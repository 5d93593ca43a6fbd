package io.vagus.twin;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The relations' twin without a disk and without events. Owns its lock. */
public final class InMemoryRelations implements Relations {
  private final List<Relation> all = new ArrayList<>();

  @Override
  public synchronized void save(Relation relation) {
    if (all.stream().noneMatch(relation::isSame)) {
      List<Node> from = next(relation.kind(), relation.from(), true);
      List<Node> to = next(relation.kind(), relation.to(), false);
      Reach.requireRoom(Math.max(from.size(), to.size()), all.size());
      Reach.requireSound(relation, node -> next(relation.kind(), node, true), to);
    }
    all.removeIf(relation::isSame);
    all.add(relation);
  }

  @Override
  public synchronized boolean remove(Relation relation) {
    return all.removeIf(relation::isSame);
  }

  @Override
  public synchronized List<Relation> of(Node node) {
    return all.stream()
        .filter(r -> r.from().equals(node) || r.to().equals(node))
        .sorted(
            Comparator.comparing((Relation r) -> r.kind().word())
                .thenComparing(Relation::from)
                .thenComparing(Relation::to))
        .toList();
  }

  @Override
  public synchronized List<Node> next(Relation.Kind kind, Node node, boolean forward) {
    return all.stream()
        .filter(r -> r.kind() == kind && (forward ? r.from() : r.to()).equals(node))
        .map(r -> forward ? r.to() : r.from())
        .sorted()
        .toList();
  }

  @Override
  public synchronized void deviceDeleted(DeviceId device) {
    all.removeAll(of(new Node.OfDevice(device)));
  }

  @Override
  public synchronized void groupDeleted(GroupId group) {
    all.removeAll(of(new Node.OfGroup(group)));
  }

  @Override
  public void deviceBarred(DeviceId device) {}
}
