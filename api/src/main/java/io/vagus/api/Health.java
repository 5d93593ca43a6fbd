package io.vagus.api;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** How the platform is, by component. */
public record Health(Map<String, Component> components) {

  public Health {
    components = Map.copyOf(components);
  }

  /** The order is the rank: the worst component speaks for the whole. */
  public enum State {
    UP,
    /** It serves, but not as it should. */
    DEGRADED,
    DOWN
  }

  /**
   * One component.
   *
   * @param reason empty when it is up
   */
  public record Component(State state, String reason) {
    public static final Component UP = new Component(State.UP, "");
  }

  public State state() {
    return components.values().stream()
        .map(Component::state)
        .max(Comparator.naturalOrder())
        .orElse(State.UP);
  }

  Map<String, Component> sorted() {
    return new TreeMap<>(components);
  }
}
