package io.vagus.twin;

import io.vagus.registry.RegistryListener;
import java.util.List;

/**
 * The graph of how devices and groups stand to each other. Each change is one event. Whether its
 * ends exist is for who adds; those of a device or group that is deleted go with it. Calls may
 * block on disk. Thread-safe.
 */
public interface Relations extends RegistryListener {
  /** Of one kind from one node, and to one. */
  int MAX_OF_NODE = 1000;

  int MAX_ALL = 500_000;

  /**
   * Adds one, or changes its note. A {@code VagusException} CONFLICT refuses a circle or a second
   * whole where that makes no sense.
   */
  void save(Relation relation);

  /**
   * Takes one away, whatever its note.
   *
   * @return whether it was there
   */
  boolean remove(Relation relation);

  /** All from and to a node. */
  List<Relation> of(Node node);

  /**
   * The nodes next to one, sorted.
   *
   * @param forward along the relation, from {@code from} to {@code to}
   */
  List<Node> next(Relation.Kind kind, Node node, boolean forward);

  /** Called, on any thread, after each change. */
  void addListener(Runnable changed);

  @Override
  default void applicationChanged(String name) {}
}
