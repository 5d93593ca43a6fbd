package io.vagus.ingest.mqtt;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All sessions, by key and by number. Owned by the broker thread; {@link #size} is for any. */
final class Sessions {
  private final Map<String, Session> byKey = new HashMap<>();
  private final Map<Long, Session> byNumber = new HashMap<>();
  private final ByteBudget budget;
  private long lastNumber;
  private long lastOrder;
  private volatile int size;

  Sessions(ByteBudget budget) {
    this.budget = budget;
  }

  int size() {
    return size;
  }

  /** The next message's place among all that wait for sessions. */
  long nextOrder() {
    return ++lastOrder;
  }

  @Nullable Session get(String key) {
    return byKey.get(key);
  }

  @Nullable Session get(long number) {
    return byNumber.get(number);
  }

  Session open(String key) {
    return open(lastNumber + 1, key);
  }

  /** As the log tells. */
  Session open(long number, String key) {
    Session session = new Session(number, key, budget);
    lastNumber = Math.max(lastNumber, session.number);
    byKey.put(session.key, session);
    byNumber.put(session.number, session);
    size = byKey.size();
    return session;
  }

  void remove(Session session) {
    byKey.remove(session.key, session);
    byNumber.remove(session.number);
    size = byKey.size();
  }

  /** A copy, to be walked while sessions come and go. */
  Collection<Session> all() {
    return List.copyOf(byNumber.values());
  }
}
