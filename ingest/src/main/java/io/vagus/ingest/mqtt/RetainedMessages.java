package io.vagus.ingest.mqtt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The retained message of each topic (MQTT 5.0 §3.3.1.3), bounded in number and bytes. Owned by the
 * broker thread.
 */
final class RetainedMessages {
  private static final class Node {
    final Map<String, Node> children = new HashMap<>(2);
    @Nullable Message message;
  }

  private final int maxMessages;
  private final long maxBytes;
  private final Node root = new Node();
  private volatile int count;
  private long bytes;

  RetainedMessages(int maxMessages, long maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Read by any thread. */
  int count() {
    return count;
  }

  /** Sets, or with an empty payload removes; false when there is no room for it. */
  boolean put(Message message) {
    List<String> levels = Topics.levels(message.topic());
    if (message.payload().length == 0) {
      remove(root, levels, 0);
      return true;
    }
    Message old = find(levels);
    int more = message.sizeBytes() - (old == null ? 0 : old.sizeBytes());
    if (bytes + more > maxBytes || (old == null && count >= maxMessages)) {
      return false;
    }
    Node node = root;
    for (String level : levels) {
      node = node.children.computeIfAbsent(level, l -> new Node());
    }
    node.message = message;
    changed(old == null ? 1 : 0, more);
    return true;
  }

  private @Nullable Message find(List<String> levels) {
    Node node = root;
    for (String level : levels) {
      node = node.children.get(level);
      if (node == null) {
        return null;
      }
    }
    return node.message;
  }

  private void remove(Node node, List<String> levels, int depth) {
    if (depth == levels.size()) {
      if (node.message != null) {
        changed(-1, -node.message.sizeBytes());
        node.message = null;
      }
      return;
    }
    Node child = node.children.get(levels.get(depth));
    if (child != null) {
      remove(child, levels, depth + 1);
      if (child.message == null && child.children.isEmpty()) {
        node.children.remove(levels.get(depth));
      }
    }
  }

  // The broker thread is the only writer.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void changed(int messages, int moreBytes) {
    count += messages;
    bytes += moreBytes;
  }

  /** All whose topic the filter matches. */
  void match(String filter, Consumer<Message> action) {
    match(root, Topics.levels(filter), 0, action);
  }

  private static void match(Node node, List<String> levels, int depth, Consumer<Message> action) {
    if (depth == levels.size()) {
      if (node.message != null) {
        action.accept(node.message);
      }
      return;
    }
    String level = levels.get(depth);
    if (level.equals("#")) {
      all(node, depth == 0, action);
    } else if (level.equals("+")) {
      node.children.forEach((name, child) -> {
        if (depth > 0 || !name.startsWith("$")) { // [MQTT-4.7.2-1]
          match(child, levels, depth + 1, action);
        }
      });
    } else {
      Node child = node.children.get(level);
      if (child != null) {
        match(child, levels, depth + 1, action);
      }
    }
  }

  private static void all(Node node, boolean isRoot, Consumer<Message> action) {
    if (node.message != null) {
      action.accept(node.message);
    }
    node.children.forEach((name, child) -> {
      if (!isRoot || !name.startsWith("$")) {
        all(child, false, action);
      }
    });
  }

  /** All, for a snapshot. */
  void forEach(Consumer<Message> action) {
    all(root, false, action);
  }
}
