package io.vagus.ingest;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The event loops, each with its lane into the journal. Connections stay on the loop that accepted
 * them, so that all of one connection happens on one thread. Of this module only: Netty's types do
 * not leave it. Thread-safe.
 */
public final class Loops implements AutoCloseable {
  private static final long STOP_SECONDS = 5;

  private final EventLoopGroup group;
  private final Map<EventLoop, JournalLane> lanes;

  private Loops(EventLoopGroup group, Map<EventLoop, JournalLane> lanes) {
    this.group = group;
    this.lanes = lanes;
  }

  static Loops start(int threads, Intake intake) {
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    ThreadFactory factory = Thread.ofPlatform().name("event-loop-", 0).factory();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(count, factory, NioIoHandler.newFactory());
    Map<EventLoop, JournalLane> lanes = new IdentityHashMap<>();
    for (EventExecutor executor : group) {
      EventLoop loop = (EventLoop) executor;
      lanes.put(loop, intake.journalLane(loop));
    }
    return new Loops(group, lanes);
  }

  public EventLoopGroup group() {
    return group;
  }

  /** The lane of an event loop of {@link #group}; to be used on that loop only. */
  public Lane lane(EventLoop loop) {
    JournalLane lane = lanes.get(loop);
    if (lane == null) {
      throw new IllegalArgumentException("eventLoop: " + loop + " is not of this group");
    }
    return lane;
  }

  /** Completed once every loop has done what it had to and each message has its receipt. */
  CompletableFuture<Void> whenIdle() {
    List<CompletableFuture<Void>> idle = new ArrayList<>();
    lanes.forEach((loop, lane) -> {
      CompletableFuture<Void> one = new CompletableFuture<>();
      idle.add(one);
      loop.execute(() -> lane.whenIdle(() -> one.complete(null)));
    });
    return CompletableFuture.allOf(idle.toArray(CompletableFuture[]::new));
  }

  /** Stops the threads; what was in flight gets no receipt any more. */
  @Override
  public void close() {
    if (!group
        .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(STOP_SECONDS + 1, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the event loops did not stop in " + STOP_SECONDS + " s");
    }
  }
}
