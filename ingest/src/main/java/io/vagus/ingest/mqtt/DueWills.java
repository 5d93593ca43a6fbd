package io.vagus.ingest.mqtt;

import io.vagus.ingest.mqtt.SessionEvent.WillDue;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * Wills that are due and of which the platform's journal is not known to hold them. Owned by the
 * broker thread.
 */
final class DueWills {
  private final TreeMap<Long, WillDue> due = new TreeMap<>();
  private long lastNumber;

  WillDue add(String sender, Message will) {
    WillDue added = new WillDue(lastNumber + 1, sender, will);
    add(added);
    return added;
  }

  /** As the log tells. */
  void add(WillDue will) {
    due.put(will.number(), will);
    lastNumber = Math.max(lastNumber, will.number());
  }

  void remove(long number) {
    due.remove(number);
  }

  /** A copy. */
  Collection<WillDue> all() {
    return List.copyOf(due.values());
  }
}
