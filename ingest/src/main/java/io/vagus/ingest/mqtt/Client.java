package io.vagus.ingest.mqtt;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connected client as the broker thread sees it: what it hands over is collected and given to the
 * client's event loop once per batch. Owned by the broker thread, but for {@link #written} and
 * {@link #wantsMore}.
 */
final class Client {
  private final Channel channel;
  private final long maxOutboundBytes;
  private final ClientLimits limits;
  private final AtomicLong handedBytes = new AtomicLong();
  private volatile boolean starved;
  private final BitSet received = new BitSet();
  private List<Runnable> outbox = new ArrayList<>(2);
  private long outboxBytes;
  private @Nullable Outboxes outboxes;
  private boolean persistent;
  private boolean dirty;
  private @Nullable Connection connection;

  Client(Channel channel, ClientLimits limits, long maxOutboundBytes) {
    this.channel = channel;
    this.limits = limits;
    this.maxOutboundBytes = maxOutboundBytes;
  }

  ClientLimits limits() {
    return limits;
  }

  /**
   * QoS 2 packet identifiers that the client has not released: set by the broker before the session
   * is handed to the event loop, which owns them from then on.
   */
  BitSet received() {
    return received;
  }

  /** Called before the session is handed to the event loop. */
  void attachTo(Outboxes all, boolean persistentSession) {
    outboxes = all;
    persistent = persistentSession;
  }

  /** Whether the session outlives the connection. */
  boolean isPersistent() {
    return persistent;
  }

  boolean isDirty() {
    return dirty;
  }

  void markDirty() {
    dirty = true;
  }

  /** Called on the event loop, before any batch is written. */
  void bind(Connection connection) {
    this.connection = connection;
  }

  /** Whether the client takes what it is sent: nothing piles up between here and its socket. */
  boolean hasRoom() {
    if (isTaking()) {
      return true;
    }
    starved = true;
    if (isTaking()) { // room came between the two looks, and with it the call for more
      starved = false;
      return true;
    }
    return false;
  }

  private boolean isTaking() {
    return channel.isWritable() && handedBytes.get() + outboxBytes < maxOutboundBytes;
  }

  void send(Outgoing outgoing) {
    if (outboxes != null) {
      outboxes.touch(this);
    }
    outboxBytes += outgoing.message.sizeBytes();
    boolean redelivery = outgoing.redelivery;
    post(c -> c.writer().publish(outgoing, redelivery));
  }

  /** Something to do on the event loop, in order with what is sent. */
  void post(Consumer<Connection> action) {
    outbox.add(() -> {
      Connection c = connection;
      if (c != null && !c.isClosing()) {
        action.accept(c);
      }
    });
  }

  /** The same before there is a connection. */
  void postFirst(Runnable action) {
    outbox.add(action);
  }

  /** Something to do on the event loop now, as long as the connection lasts. Any thread. */
  void onEventLoop(Runnable action) {
    channel
        .eventLoop()
        .execute(() -> {
          if (connection != null && !connection.isClosing()) {
            action.run();
          }
        });
  }

  /** Hands what was collected to the event loop. */
  void flush() {
    List<Runnable> batch = outbox;
    long bytes = outboxBytes;
    outbox = new ArrayList<>(4);
    outboxBytes = 0;
    dirty = false;
    handedBytes.addAndGet(bytes);
    channel
        .eventLoop()
        .execute(() -> {
          batch.forEach(Runnable::run);
          handedBytes.addAndGet(-bytes);
          Connection c = connection;
          if (c != null) {
            c.tookBatch();
          }
        });
  }

  /** On the event loop: whether the broker stopped for want of room; asking answers once. */
  boolean wantsMore() {
    if (starved && channel.isWritable()) {
      starved = false;
      return true;
    }
    return false;
  }
}
