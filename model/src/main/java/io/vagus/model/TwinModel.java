package io.vagus.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a product says of its devices' twins.
 *
 * @param conflicts who wins a field that both sides changed while they were apart, by pointer; a
 *     branch's rule holds for what is in it, and without one the desired value wins
 * @param defaults what a device is to be where nobody said otherwise
 * @param interlocks what must hold for a desired field to be changed, by pointer; a branch's hold
 *     for what is in it
 */
public record TwinModel(
    Map<String, Conflict> conflicts, Document defaults, Map<String, List<Interlock>> interlocks) {
  public static final TwinModel NONE = new TwinModel(Map.of());

  /** Who wins. */
  public enum Conflict {
    /** The device follows. */
    DESIRED,
    /** The platform takes over what the device says. */
    DEVICE,
    /** Whichever changed later, by corrected device time. */
    NEWEST
  }

  public TwinModel {
    conflicts = Map.copyOf(conflicts);
    Map<String, List<Interlock>> checked = new HashMap<>();
    interlocks.forEach((pointer, of) -> checked.put(pointer, Interlock.checked(of)));
    interlocks = Map.copyOf(checked);
  }

  public TwinModel(Map<String, Conflict> conflicts, Document defaults) {
    this(conflicts, defaults, Map.of());
  }

  public TwinModel(Map<String, Conflict> conflicts) {
    this(conflicts, Document.EMPTY);
  }

  /** The nearest rule. */
  public Conflict conflict(String pointer) {
    Conflict own = conflicts.get(pointer);
    if (own != null) {
      return own;
    }
    return Document.ancestors(pointer).reversed().stream()
        .filter(conflicts::containsKey)
        .findFirst()
        .map(conflicts::get)
        .orElse(Conflict.DESIRED);
  }
}
