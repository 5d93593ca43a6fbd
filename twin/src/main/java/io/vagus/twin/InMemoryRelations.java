package io.vagus.twin;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The relations' twin without a disk and without events. Owns its lock. */
public final class InMemoryRelations implements Relations {
  private final List<Relation> all = new ArrayList<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

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
    listeners.forEach(Runnable::run);
  }

  @Override
  public void addListener(Runnable changed) {
    listeners.add(changed);
  }

  @Override
  public synchronized boolean remove(Relation relation) {
    boolean was = all.removeIf(relation::isSame);
    listeners.forEach(Runnable::run);
    return was;
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
    forget(new Node.OfDevice(device));
  }

  @Override
  public synchronized void groupDeleted(GroupId group) {
    forget(new Node.OfGroup(group));
  }

  private void forget(Node node) {
    all.removeAll(of(node));
    listeners.forEach(Runnable::run);
  }

  @Override
  public void deviceBarred(DeviceId device) {}
}
