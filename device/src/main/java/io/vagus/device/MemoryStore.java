package io.vagus.device;

import io.vagus.device.mqtt.Outgoing;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A store that ends with the process. Guarded by itself. */
final class MemoryStore implements Store {
  /** What a message takes beside its payload. */
  private static final int OVERHEAD_BYTES = 80;

  private final long bound;
  private final DropPolicy policy;
  private final String id;
  private final Deque<Outgoing> waiting = new ArrayDeque<>(2);
  private int urgent;
  private final Tally tally = new Tally();
  private long bytes;

  MemoryStore(StoreConfig config, String id) {
    this.bound = config.bound().bytes();
    this.policy = config.policy();
    this.id = id;
  }

  @Override
  public synchronized Stored append(Draft draft) {
    String messageId = tally.nextId(id, draft.sequenced());
    byte[] payload = draft.content().bytes(messageId, tally.sequence);
    Outgoing message =
        new Outgoing(
            tally.number,
            draft.priority().ordinal(),
            draft.topic(),
            draft.withId() ? messageId : "",
            payload);
    while (bytes + size(message) > bound) {
      Outgoing victim = victim(message.lane());
      if (victim == null) {
        tally.droppedFull++;
        return new Stored.Dropped(Stored.DropReason.FULL);
      }
      waiting.remove(victim);
      gone(victim);
      tally.kept--;
      tally.droppedFull++;
    }
    if (draft.priority() == Priority.URGENT) {
      addUrgent(message);
    } else {
      waiting.add(message);
    }
    bytes += size(message);
    tally.kept++;
    return new Stored.Kept(message.number());
  }

  /** Behind those that are urgent too. */
  private void addUrgent(Outgoing message) {
    Deque<Outgoing> before = new ArrayDeque<>(urgent);
    for (int i = 0; i < urgent; i++) {
      before.push(waiting.remove());
    }
    waiting.push(message);
    before.forEach(waiting::push);
    urgent++;
  }

  /** What gives way to a new message of that lane; null: the new message does. */
  private @Nullable Outgoing victim(int lane) {
    return switch (policy) {
      case OLDEST -> waiting.peek();
      case NEWEST -> null;
      case BY_PRIORITY ->
          waiting.stream()
              .filter(message -> message.lane() <= lane)
              .min(Comparator.comparingInt(Outgoing::lane).thenComparingLong(Outgoing::number))
              .orElse(null);
    };
  }

  private static long size(Outgoing message) {
    return message.payload().length + OVERHEAD_BYTES;
  }

  @Override
  public synchronized @Nullable Outgoing next() {
    Outgoing message = waiting.poll();
    if (message != null) {
      gone(message);
    }
    return message;
  }

  private void gone(Outgoing message) {
    bytes -= size(message);
    urgent -= message.lane() == Priority.URGENT.ordinal() ? 1 : 0;
  }

  @Override
  public synchronized void done(Outgoing message, int reasonCode) {
    tally.done(reasonCode);
  }

  @Override
  public void settled() {
    // Nothing to write down.
  }

  @Override
  public synchronized Counters counters() {
    return tally.counters();
  }

  @Override
  public void close() {
    // What waits ends with the process.
  }
}
