package io.vagus.ingest.mqtt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who subscribed what, by topic level (MQTT 5.0 §4.7). Written and asked for subscribers by the
 * broker thread only; {@link #hasMatch} and {@link #version} by any thread.
 *
 * @param <S> a session
 */
final class SubscriptionTrie<S> {

  /** Receives what matches a topic. */
  interface Visitor<S> {
    void subscriber(S session, Subscription subscription);

    void share(Share<S> share);
  }

  /** One share of one filter: each message goes to one of its members (§4.8.2). */
  static final class Share<S> {
    private final List<S> sessions = new ArrayList<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private int next;

    int size() {
      return sessions.size();
    }

    /** Begins a new turn; {@link #session} counts from here. */
    void turn() {
      next = (next + 1) % sessions.size();
    }

    S session(int i) {
      return sessions.get((next + i) % sessions.size());
    }

    Subscription subscription(int i) {
      return subscriptions.get((next + i) % subscriptions.size());
    }
  }

  private static final class Node<S> {
    final ConcurrentHashMap<String, Node<S>> children = new ConcurrentHashMap<>(2);
    final Map<S, Subscription> subscribers = new LinkedHashMap<>(2);
    final Map<String, Share<S>> shares = new LinkedHashMap<>(2);
    volatile boolean subscribed;

    void updated() {
      subscribed = !subscribers.isEmpty() || !shares.isEmpty();
    }

    boolean isUseless() {
      return children.isEmpty() && subscribers.isEmpty() && shares.isEmpty();
    }
  }

  private final Node<S> root = new Node<>();
  private volatile long version;
  private volatile int size;

  /** Changes with each change of subscriptions. */
  long version() {
    return version;
  }

  int size() {
    return size;
  }

  /** Adds or replaces; whether it is new. */
  boolean add(S session, Subscription subscription) {
    Node<S> node = root;
    for (String level : Topics.levels(subscription.topicFilter())) {
      node = node.children.computeIfAbsent(level, l -> new Node<>());
    }
    boolean isNew =
        subscription.isShared()
            ? addToShare(node, session, subscription)
            : node.subscribers.put(session, subscription) == null;
    node.updated();
    changed(isNew ? 1 : 0);
    return isNew;
  }

  private static <S> boolean addToShare(Node<S> node, S session, Subscription subscription) {
    Share<S> share = node.shares.computeIfAbsent(subscription.share(), s -> new Share<>());
    int at = share.sessions.indexOf(session);
    if (at >= 0) {
      share.subscriptions.set(at, subscription);
      return false;
    }
    share.sessions.add(session);
    share.subscriptions.add(subscription);
    return true;
  }

  /** Removes; whether there was one. */
  boolean remove(S session, Subscription subscription) {
    boolean removed =
        remove(root, Topics.levels(subscription.topicFilter()), 0, session, subscription);
    changed(removed ? -1 : 0);
    return removed;
  }

  private boolean remove(
      Node<S> node, List<String> levels, int depth, S session, Subscription subscription) {
    if (depth == levels.size()) {
      boolean removed =
          subscription.isShared()
              ? removeFromShare(node, session, subscription.share())
              : node.subscribers.remove(session) != null;
      node.updated();
      return removed;
    }
    Node<S> child = node.children.get(levels.get(depth));
    if (child == null) {
      return false;
    }
    boolean removed = remove(child, levels, depth + 1, session, subscription);
    if (child.isUseless()) {
      node.children.remove(levels.get(depth));
    }
    return removed;
  }

  private boolean removeFromShare(Node<S> node, S session, String name) {
    Share<S> share = node.shares.get(name);
    int at = share == null ? -1 : share.sessions.indexOf(session);
    if (share == null || at < 0) {
      return false;
    }
    share.sessions.remove(at);
    share.subscriptions.remove(at);
    if (share.sessions.isEmpty()) {
      node.shares.remove(name);
    }
    return true;
  }

  // The broker thread is the only writer.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void changed(int by) {
    size += by;
    version++;
  }

  void match(String topic, Visitor<S> visitor) {
    match(root, topic, 0, visitor);
  }

  private void match(Node<S> node, String topic, int from, Visitor<S> visitor) {
    boolean wildcards = from > 0 || !topic.startsWith("$"); // [MQTT-4.7.2-1]
    Node<S> hash = wildcards ? node.children.get("#") : null;
    if (hash != null) {
      visit(hash, visitor);
    }
    if (from > topic.length()) {
      visit(node, visitor);
      return;
    }
    int slash = topic.indexOf('/', from);
    int end = slash < 0 ? topic.length() : slash;
    Node<S> child = node.children.get(topic.substring(from, end));
    if (child != null) {
      match(child, topic, end + 1, visitor);
    }
    Node<S> plus = wildcards ? node.children.get("+") : null;
    if (plus != null) {
      match(plus, topic, end + 1, visitor);
    }
  }

  private static <S> void visit(Node<S> node, Visitor<S> visitor) {
    node.subscribers.forEach(visitor::subscriber);
    node.shares.values().forEach(visitor::share);
  }

  /** Whether anybody gets a message of the topic; a change made meanwhile may be missed. */
  boolean hasMatch(String topic) {
    return size > 0 && hasMatch(root, topic, 0);
  }

  private boolean hasMatch(Node<S> node, String topic, int from) {
    boolean wildcards = from > 0 || !topic.startsWith("$");
    if (wildcards && isSubscribed(node.children.get("#"))) {
      return true;
    }
    if (from > topic.length()) {
      return node.subscribed;
    }
    int slash = topic.indexOf('/', from);
    int end = slash < 0 ? topic.length() : slash;
    Node<S> child = node.children.get(topic.substring(from, end));
    if (child != null && hasMatch(child, topic, end + 1)) {
      return true;
    }
    Node<S> plus = wildcards ? node.children.get("+") : null;
    return plus != null && hasMatch(plus, topic, end + 1);
  }

  private static <S> boolean isSubscribed(@Nullable Node<S> node) {
    return node != null && node.subscribed;
  }
}
