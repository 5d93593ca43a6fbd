package io.vagus.ingest.mqtt;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The topics one client published lately: where they lead, and whether anybody subscribed them.
 * Most clients publish to one, which is then found by comparing two strings and one number.
 * Confined to its event loop.
 */
final class Ways {
  private static final int MAX_WAYS = 32;

  /** A route and what is remembered with it. */
  static final class Way {
    final Route route;
    private boolean watched;
    private long version = -1;

    private Way(Route route) {
      this.route = route;
    }
  }

  private final Principal principal;
  private final SubscriptionTrie<Session> trie;
  private final Map<String, Way> ways = new HashMap<>(4);
  private @Nullable Way last;

  Ways(Principal principal, SubscriptionTrie<Session> trie) {
    this.principal = principal;
    this.trie = trie;
  }

  /** Who publishes, as a person reads it; empty in open mode. */
  String principalName() {
    return principal instanceof Principal.OfApplication a ? a.application().name() : "";
  }

  boolean maySubscribe(String topicFilter) {
    return principal.maySubscribe(topicFilter);
  }

  Way of(String topic) {
    Way way = last;
    if (way == null || !way.route.topic().equals(topic)) {
      way = ways.get(topic);
      if (way == null) {
        way = find(topic);
      }
      last = way;
    }
    return way;
  }

  private Way find(String topic) {
    if (ways.size() >= MAX_WAYS) {
      ways.clear();
    }
    Route route = Route.of(principal, topic);
    Way way = new Way(route);
    ways.put(topic, way);
    return way;
  }

  /** Looks for subscribers again only when subscriptions have changed. */
  boolean isWatched(Way way) {
    long version = trie.version();
    if (way.version != version) {
      way.watched = trie.hasMatch(way.route.topic());
      way.version = version;
    }
    return way.watched;
  }
}
