package io.vagus.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Connections that began beside another of their device, until it is time to see whether both are
 * still there: the listener ends one that is silent for one and a half times its keep alive (MQTT
 * 5.0 §3.1.2.10). Bounded: beyond {@link #MAX} the newest are not looked at. A lock guards it.
 */
final class Together {
  static final int MAX = 10_000;
  private static final long LEAST_MICROS = 30_000_000;
  private static final long WITHOUT_KEEP_ALIVE_MICROS = 600_000_000;

  private record Due(long atMicros, Link link) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(atMicros, other.atMicros);
    }
  }

  private final PriorityQueue<Due> due = new PriorityQueue<>();

  synchronized void add(Link link, long nowMicros) {
    Link older = link.older;
    if (older == null || due.size() >= MAX) {
      return;
    }
    int keepAliveSeconds = Math.max(older.keepAliveSeconds, link.keepAliveSeconds);
    boolean isKept = older.keepAliveSeconds > 0 && link.keepAliveSeconds > 0;
    long wait =
        isKept ? Math.max(LEAST_MICROS, 2_000_000L * keepAliveSeconds) : WITHOUT_KEEP_ALIVE_MICROS;
    due.add(new Due(nowMicros + wait, link));
  }

  /** Those whose time has come; they are forgotten here. */
  synchronized List<Link> due(long nowMicros) {
    List<Link> links = new ArrayList<>();
    for (Due next = due.peek(); next != null && next.atMicros <= nowMicros; next = due.peek()) {
      links.add(next.link);
      due.remove();
    }
    return links;
  }
}
