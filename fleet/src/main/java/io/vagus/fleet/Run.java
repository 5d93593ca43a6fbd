package io.vagus.fleet;

import io.vagus.kit.WallClock;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets each device send when its time has come. One thread owns the order of what is due; the
 * devices' own threads send it.
 */
final class Run implements AutoCloseable {
  /** Shorter waits would only wake the processor more often. */
  private static final long TICK_MICROS = 5_000;

  private static final long COPY_AFTER_MICROS = 250_000;

  /** One device: what it says, and how it gets there. */
  record Member(Source source, Uplink uplink, Link link, Dice dice) {}

  /**
   * @param payload to be sent; empty: the message is yet to be made
   */
  private record Due(long atMicros, Member member, long message, byte[] payload) {}

  private static final byte[] TO_BE_MADE = {};

  private final WallClock wall;
  private final Counts counts;
  private final PriorityQueue<Due> dues =
      new PriorityQueue<>(Comparator.comparingLong(Due::atMicros));
  private final Thread thread;
  private volatile boolean running = true;

  Run(List<Member> members, long startMicros, WallClock wall, Counts counts) {
    this.wall = wall;
    this.counts = counts;
    for (Member member : members) {
      schedule(member, member.source().messageAt(startMicros));
    }
    this.thread = Thread.ofPlatform().name("fleet").daemon().unstarted(this::loop);
  }

  void start() {
    thread.start();
  }

  private void schedule(Member member, long message) {
    dues.add(new Due(member.source().dueMicros(message), member, message, TO_BE_MADE));
  }

  private void loop() {
    while (running) {
      long now = wall.micros();
      while (!dues.isEmpty() && dues.element().atMicros() <= now) {
        handle(dues.remove(), now);
      }
      long next = dues.isEmpty() ? now + 1_000_000 : dues.element().atMicros();
      LockSupport.parkNanos(Math.max(TICK_MICROS, next - now) * 1000);
    }
  }

  private void handle(Due due, long now) {
    Member member = due.member();
    if (due.payload().length > 0) {
      member.uplink().send(due.payload());
      return;
    }
    // After a pause of the process, what is long past is not made up for.
    schedule(member, Math.max(due.message() + 1, member.source().messageAt(now - 60_000_000)));
    if (!member.source().isSilent(due.message())) {
      depart(due, now);
    }
    double perMessage =
        member.link().disconnectsPerHour()
            * (member.source().dueMicros(due.message() + 1) - due.atMicros())
            / Signal.HOUR;
    if (member.dice().of("disconnect").uniform(due.message()) < perMessage) {
      member.uplink().drop();
    }
  }

  private void depart(Due due, long now) {
    Member member = due.member();
    Link.Passage passage = member.source().passage(due.message());
    byte[] payload = member.source().payload(due.message());
    if (passage.lost()) {
      counts.lost.increment();
      return;
    }
    if (passage.delayMicros() < TICK_MICROS) {
      member.uplink().send(payload);
    } else {
      dues.add(new Due(now + passage.delayMicros(), member, due.message(), payload));
    }
    if (passage.twice()) {
      counts.copies.increment();
      long at = now + passage.delayMicros() + COPY_AFTER_MICROS;
      dues.add(new Due(at, member, due.message(), payload));
    }
  }

  /** Makes no more messages. */
  @Override
  public void close() {
    running = false;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
