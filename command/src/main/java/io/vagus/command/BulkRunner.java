package io.vagus.command;

import io.vagus.command.BulkRecords.Member;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Carries bulk commands on, a step at a time. Where each is stands in the records alone: a step
 * that was half done is done again after a crash, and its commands are the same ones. Confined to
 * the bulk commands' thread.
 */
final class BulkRunner {
  private static final int TAKEN_BACK_AT_ONCE = 500;

  private final BulkRecords records;
  private final Commands commands;
  private final WallClock wall;
  private final MonotonicClock clock;
  private final Map<String, Pace> paces = new HashMap<>();

  BulkRunner(BulkRecords records, Commands commands, WallClock wall, MonotonicClock clock) {
    this.records = records;
    this.commands = commands;
    this.wall = wall;
    this.clock = clock;
  }

  /** What goes on, and how far it is after a step of each. */
  List<BulkStanding> step() {
    List<BulkStanding> standings = new ArrayList<>();
    for (Bulk bulk : records.unsettled()) {
      BulkProgress now = records.progress(bulk);
      standings.add(new BulkStanding(bulk, now));
      step(bulk, now);
    }
    paces.keySet().retainAll(standings.stream().map(s -> s.bulk().id()).toList());
    return standings;
  }

  private void step(Bulk bulk, BulkProgress now) {
    switch (bulk.state()) {
      case RUNNING -> run(bulk, now);
      case PAUSED -> expire(bulk);
      case DONE -> records.settled(bulk.id());
      case CANCELLED, STOPPED, EXPIRED -> takeBack(bulk, now);
    }
  }

  private void run(Bulk bulk, BulkProgress now) {
    Optional<BulkOrder.Stop> stop = bulk.order().stop().filter(now::exceeds);
    if (stop.isPresent()) {
      move(bulk, Bulk.State.STOPPED, tooMany(now, stop.get()));
    } else if (now.waiting() > 0) {
      if (!expire(bulk)) {
        ask(bulk);
      }
    } else if (now.open() == 0) {
      move(bulk, Bulk.State.DONE, "");
    }
  }

  private static String tooMany(BulkProgress now, BulkOrder.Stop stop) {
    return String.format(
        Locale.ROOT,
        "%d of %d did not succeed (expected: <= %.1f %%)",
        now.failures(),
        now.failures() + now.in(CommandState.SUCCEEDED),
        100 * stop.share());
  }

  private boolean expire(Bulk bulk) {
    boolean past =
        bulk.order().deadline().map(d -> micros(d) <= wall.micros()).orElse(false)
            && bulk.asked() < bulk.devices();
    if (past) {
      move(bulk, Bulk.State.EXPIRED, "its deadline passed before the turn of the rest");
    }
    return past;
  }

  private void move(Bulk bulk, Bulk.State state, String why) {
    var unused = records.move(bulk, bulk.to(state, why, wall.micros()), () -> {});
  }

  /** Asks as many as its pace allows by now. */
  private void ask(Bulk bulk) {
    int allowed =
        paces
            .computeIfAbsent(bulk.id(), id -> new Pace(clock.nanos()))
            .take(bulk.order().rateHz(), clock.nanos());
    List<Member> turn =
        allowed == 0 ? List.of() : records.members(bulk.id(), bulk.asked(), allowed);
    List<CompletableFuture<Command>> answers =
        turn.stream().map(member -> ask(bulk, member)).toList();
    long asked = bulk.asked();
    Map<Long, String> rejected = new HashMap<>();
    for (CompletableFuture<Command> answer : answers) {
      Optional<VagusException> failure = failure(answer);
      if (failure.isPresent() && mayPass(failure.get())) {
        break; // from here on again
      }
      asked++;
      long place = asked;
      failure.ifPresent(why -> rejected.put(place, String.valueOf(why.getMessage())));
    }
    if (asked > bulk.asked()) {
      records.asked(bulk.id(), asked, rejected);
    }
  }

  private CompletableFuture<Command> ask(Bulk bulk, Member member) {
    try {
      return commands.send(bulk.order().request(bulk.id(), member.device()));
    } catch (VagusException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Optional<VagusException> failure(CompletableFuture<Command> answer) {
    try {
      var unused = answer.join();
      return Optional.empty();
    } catch (CompletionException e) {
      if (e.getCause() instanceof VagusException cause) {
        return Optional.of(cause);
      }
      throw e;
    }
  }

  /** Whether it says nothing of the device. */
  private static boolean mayPass(VagusException why) {
    return switch (why.code().kind()) {
      case USER, DEVICE -> false;
      case BUSY, EXTERNAL, INTERNAL -> true;
    };
  }

  /** What was asked and is not sent; settled when nothing is open any more. */
  private void takeBack(Bulk bulk, BulkProgress now) {
    List<Command> held = new ArrayList<>(in(CommandState.QUEUED, bulk));
    held.addAll(in(CommandState.AWAITING_APPROVAL, bulk));
    for (CompletableFuture<Command> answer :
        held.stream().map(c -> commands.cancel(c.id(), bulk.order().issuer())).toList()) {
      failure(answer)
          .filter(why -> why.code() != ErrorCode.CONFLICT) // it was sent meanwhile
          .ifPresent(why -> {
            throw why;
          });
    }
    if (held.isEmpty() && now.open() == 0) {
      records.settled(bulk.id());
    }
  }

  private List<Command> in(CommandState state, Bulk bulk) {
    CommandRecords.Filter filter =
        new CommandRecords.Filter(Optional.empty(), Optional.of(state), Optional.of(bulk.id()));
    return commands.page(filter, Optional.empty(), TAKEN_BACK_AT_ONCE).items();
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /** How many may be asked: one at once, then at the rate, without making up for a standstill. */
  private static final class Pace {
    private static final double MAX_BURST_SECONDS = 0.25;

    private long atNanos;
    private double allowance = 1;

    Pace(long nowNanos) {
      this.atNanos = nowNanos;
    }

    int take(double rateHz, long nowNanos) {
      double most = Math.max(1, rateHz * MAX_BURST_SECONDS);
      allowance = Math.min(most, allowance + rateHz * (nowNanos - atNanos) / 1e9);
      atNanos = nowNanos;
      int whole = (int) allowance;
      allowance -= whole;
      return whole;
    }
  }
}
