package io.vagus.registry;

import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@link RightUses} in memory, written behind: a right that is used all day is written every {@link
 * #STEP}. As many entries as actors times rights.
 */
public final class HeldRightUses implements RightUses {
  static final Duration STEP = Duration.ofMinutes(10);

  /** Where uses are kept. */
  public interface Store {
    void save(Use use);

    void forget(String actor);
  }

  /** When the actor last used the right. */
  public record Use(String actor, Right right, Instant at) {}

  private record Key(String actor, Right right) {}

  private record Times(Instant used, Instant stored) {}

  private final Store store;
  private final WallClock wall;
  private final Map<Key, Times> times = new ConcurrentHashMap<>();

  public HeldRightUses(Store store, Iterable<Use> stored, WallClock wall) {
    this.store = store;
    this.wall = wall;
    stored.forEach(use -> times.put(new Key(use.actor(), use.right()), at(use.at())));
  }

  private static Times at(Instant time) {
    return new Times(time, time);
  }

  @Override
  public void used(String actor, Right right) {
    Key key = new Key(actor, right);
    Instant now = wall.now();
    Times before = times.get(key);
    if (before != null && Duration.between(before.stored(), now).compareTo(STEP) < 0) {
      times.put(key, new Times(now, before.stored()));
      return;
    }
    times.put(key, at(now));
    try {
      store.save(new Use(actor, right, now));
    } catch (VagusException e) {
      // A full disk refuses no reader: it is written with a later use.
      times.put(key, new Times(now, before == null ? Instant.EPOCH : before.stored()));
    }
  }

  @Override
  public Map<Right, Instant> of(String actor) {
    Map<Right, Instant> uses = new EnumMap<>(Right.class);
    for (Right right : Right.values()) {
      Times known = times.get(new Key(actor, right));
      if (known != null) {
        uses.put(right, known.used());
      }
    }
    return uses;
  }

  @Override
  public void forget(String actor) {
    times.keySet().removeIf(key -> key.actor().equals(actor));
    store.forget(actor);
  }
}
