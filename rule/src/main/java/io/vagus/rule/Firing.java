package io.vagus.rule;

import io.vagus.model.DeviceId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule fired for a device. The same journal gives the same firings with the same ids, however
 * often it is processed.
 *
 * @param offset journal offset of the record that brought it about: a message, or a mark
 * @param index among the firings of that offset
 * @param version of the rule
 * @param eventMicros time of the reading, or of the window's close
 * @param receivedMicros when the message came, or the mark's time
 * @param seen the values that the condition looked at, by path; null: missing
 */
public record Firing(
    long offset,
    int index,
    String rule,
    int version,
    DeviceId device,
    String product,
    Phase phase,
    Rule.Mode mode,
    long eventMicros,
    long receivedMicros,
    Map<String, @Nullable Object> seen,
    List<Action> actions) {

  /** What happened to the rule's condition. */
  public enum Phase {
    /** It holds now. */
    RAISED,
    /** It holds no more. */
    CLEARED,
    /** The rule fired more often for the device than it may, and is stopped there. */
    LOOPING
  }

  public Firing {
    seen = Collections.unmodifiableMap(new LinkedHashMap<>(seen));
    actions = List.copyOf(actions);
  }

  /** Unique; what makes carrying it out twice do it once. */
  public String id() {
    return rule + "~" + version + "~" + Long.toHexString(offset) + "~" + index;
  }

  /** Of one of its actions, by its place; what a sink knows a delivery by. */
  public String actionId(int action) {
    return id() + "~" + action;
  }
}
