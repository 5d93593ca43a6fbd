package io.vagus.command;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How often each command that is sent was handed to a connection, and when last. Confined to the
 * commands' thread.
 */
final class Handovers {
  private record Handed(long micros, int times) {}

  /** The one whose turn is longest ago first. */
  private final Map<String, Handed> handed = new LinkedHashMap<>();

  /** Sent by this process: before it, one may have been handed over however often. */
  private final Set<String> begun = new HashSet<>();

  /** It is about to be handed over for the first time ever. */
  void begins(String id) {
    begun.add(id);
  }

  void handed(String id, long micros) {
    Handed before = handed.remove(id);
    handed.put(id, new Handed(micros, before == null ? 1 : before.times + 1));
  }

  boolean has(String id) {
    return handed.containsKey(id);
  }

  /** Whether the only time was the one that is spoken of: if that failed, it never left. */
  boolean isOnly(String id) {
    Handed once = handed.get(id);
    return once != null && once.times == 1 && begun.contains(id);
  }

  /** It is no longer sent and unacknowledged. */
  void over(String id) {
    handed.remove(id);
    begun.remove(id);
  }

  /** Those whose turn was before then, at most so many. */
  List<String> olderThan(long micros, int most) {
    List<String> old = new ArrayList<>();
    for (Map.Entry<String, Handed> one : handed.entrySet()) {
      if (one.getValue().micros > micros || old.size() == most) {
        break;
      }
      old.add(one.getKey());
    }
    return old;
  }

  /** It is not its turn now: the device is not there. */
  void postpone(String id, long micros) {
    Handed before = handed.remove(id);
    if (before != null) {
      handed.put(id, new Handed(micros, before.times));
    }
  }
}
