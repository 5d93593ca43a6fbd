package io.vagus.fleet;

import io.vagus.kit.WallClock;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets each device send when its time has come. One thread owns the order of what is due; the
 * devices' own threads send it.
 */
final class Run implements AutoCloseable {
  /** Shorter waits would only wake the processor more often. */
  private static final long TICK_MICROS = 5_000;

  private static final long COPY_AFTER_MICROS = 250_000;

  /** One device: what it says, and how it gets there. Changed by the run's thread. */
  static final class Member {
    private final Uplink uplink;
    private final Link link;
    private final Dice dice;
    private volatile Source source;

    /** That was due. */
    private long last;

    Member(Source source, Uplink uplink, Link link, Dice dice) {
      this.source = source;
      this.uplink = uplink;
      this.link = link;
      this.dice = dice;
    }

    Source source() {
      return source;
    }

    Uplink uplink() {
      return uplink;
    }
  }

  /**
   * @param source that the message is of; another by now: it is not made any more
   * @param payload to be sent; empty: the message is yet to be made
   */
  private record Due(long atMicros, Member member, Source source, long message, byte[] payload) {}

  /** A device that sends at another cadence from now on. */
  private record Pace(Member member, long cadenceMicros) {}

  private static final byte[] TO_BE_MADE = {};

  private final WallClock wall;
  private final long startMicros;
  private final long endMicros;
  private final List<Member> members;
  private final Counts counts;
  private final PriorityQueue<Due> dues =
      new PriorityQueue<>(Comparator.comparingLong(Due::atMicros));
  private final ConcurrentLinkedQueue<Pace> paces = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean running = true;

  /**
   * @param endMicros messages due then or later are not begun
   */
  Run(List<Member> members, long startMicros, long endMicros, WallClock wall, Counts counts) {
    this.members = members;
    this.startMicros = startMicros;
    this.endMicros = endMicros;
    this.wall = wall;
    this.counts = counts;
    for (Member member : members) {
      member.last = member.source.messageAt(startMicros) - 1;
      schedule(member, member.last + 1);
    }
    this.thread = Thread.ofPlatform().name("fleet").daemon().unstarted(this::loop);
  }

  void start() {
    thread.start();
  }

  List<Member> members() {
    return members;
  }

  /** When it began, by the calendar; faults are counted from there. */
  long startMicros() {
    return startMicros;
  }

  /** Any thread. */
  void pace(Member member, long cadenceMicros) {
    paces.add(new Pace(member, cadenceMicros));
    LockSupport.unpark(thread);
  }

  private void changePaces() {
    for (Pace pace = paces.poll(); pace != null; pace = paces.poll()) {
      long now = wall.micros();
      Member member = pace.member;
      member.source = member.source.at(pace.cadenceMicros, member.last, now);
      schedule(member, member.source.messageAt(now));
    }
  }

  private void schedule(Member member, long message) {
    long due = member.source.dueMicros(message);
    if (due < endMicros) {
      dues.add(new Due(due, member, member.source, message, TO_BE_MADE));
    }
  }

  private void loop() {
    while (running && wall.micros() < endMicros) {
      changePaces();
      long now = wall.micros();
      while (!dues.isEmpty() && dues.element().atMicros() <= now) {
        handle(dues.remove(), now);
      }
      long next = dues.isEmpty() ? now + 1_000_000 : dues.element().atMicros();
      long until = Math.min(next, endMicros);
      LockSupport.parkNanos(Math.max(TICK_MICROS, until - now) * 1000);
    }
    finish();
  }

  /**
   * What was due before the end is begun, and what is under way arrives at once: so that two runs
   * send the same. After a break-off only the latter.
   */
  private void finish() {
    long now = wall.micros();
    while (!dues.isEmpty()) {
      Due due = dues.remove();
      if (due.payload().length > 0) {
        due.member().uplink().send(due.payload());
      } else if (running) {
        handle(due, now);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very source by which it was due
  private void handle(Due due, long now) {
    Member member = due.member();
    if (due.payload().length > 0) {
      member.uplink().send(due.payload());
      return;
    }
    if (due.source() != member.source) {
      return; // it has another cadence by now
    }
    member.last = due.message();
    // After a pause of the process, what is long past is not made up for.
    schedule(member, Math.max(due.message() + 1, member.source.messageAt(now - 60_000_000)));
    if (!member.source.isSilent(due.message())) {
      depart(due, now);
    }
    double perMessage =
        member.link.disconnectsPerHour()
            * (member.source.dueMicros(due.message() + 1) - due.atMicros())
            / Signal.HOUR;
    if (member.dice.of("disconnect").uniform(due.message()) < perMessage) {
      member.uplink().drop();
    }
  }

  private void depart(Due due, long now) {
    Member member = due.member();
    Link.Passage passage = member.source.passage(due.message());
    byte[] payload = member.source.payload(due.message());
    if (passage.lost()) {
      counts.lost.increment();
      return;
    }
    if (passage.delayMicros() < TICK_MICROS) {
      member.uplink().send(payload);
    } else {
      dues.add(new Due(now + passage.delayMicros(), member, due.source(), due.message(), payload));
    }
    if (passage.twice()) {
      counts.copies.increment();
      long at = now + passage.delayMicros() + COPY_AFTER_MICROS;
      dues.add(new Due(at, member, due.source(), due.message(), payload));
    }
  }

  /** Waits until it has ended by itself. */
  void await() throws InterruptedException {
    thread.join();
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
