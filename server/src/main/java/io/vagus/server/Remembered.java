package io.vagus.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Answers remembered until they are forgotten, those longest unasked first when there are many. One
 * that was on its way while something was forgotten is not remembered. Thread-safe.
 */
final class Remembered<K, V> {
  private static final int MOST = 100_000;

  private final Function<K, V> source;
  private final Map<K, V> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
          return size() > MOST;
        }
      };
  private long forgotten;

  Remembered(Function<K, V> source) {
    this.source = source;
  }

  V get(K key) {
    long before;
    synchronized (this) {
      V known = answers.get(key);
      if (known != null) {
        return known;
      }
      before = forgotten;
    }
    V found = source.apply(key);
    synchronized (this) {
      if (before == forgotten) {
        answers.put(key, found);
      }
    }
    return found;
  }

  synchronized void forget(K key) {
    forgotten++;
    answers.remove(key);
  }

  synchronized void clear() {
    forgotten++;
    answers.clear();
  }
}
