package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.model.CommandSafety;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.Reported;
import io.vagus.twin.ReportedTwins;
import io.vagus.wire.CommandCodec.Answer;
import io.vagus.wire.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * All open commands, and what is decided of them. Confined to the commands' thread, but for {@link
 * #awaits}.
 */
final class Board {
  private static final int MAX_IDLE = 50_000;
  private static final int MAX_REPEATED = 1000;
  private static final long REPEAT_MICROS = TimeUnit.SECONDS.toMicros(10);
  private static final Lane[] BY_URGENCY = {Lane.PRIORITY, Lane.NORMAL};

  private final CommandRecords records;
  private final ReportedTwins reported;
  private final Way way;

  private final Map<String, Command> open = new HashMap<>();
  private final Map<DeviceId, DeviceLanes> devices = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<DeviceId> present = new HashSet<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final Safety safety;
  private final Fallbacks fallbacks;
  private final Handovers handovers = new Handovers();
  private final Effects effects = new Effects();

  /** The way down. */
  interface Way {
    /** Hands a command that is durably sent to whoever waits for it. */
    void transmit(Command command);

    /** Whether the device waits for one just now, without a connection that stays. */
    boolean isAwaited(DeviceId device);
  }

  Board(CommandRecords records, ReportedTwins reported, Safeguards safeguards, Way way) {
    this.records = records;
    this.reported = reported;
    this.way = way;
    this.safety = new Safety(safeguards, records);
    this.fallbacks = new Fallbacks(safety.deadMen(), safeguards, this::add);
    for (CommandRecords.Entry entry : records.open()) {
      Command command = entry.command();
      open.put(command.id(), command);
      lanes(command.device()).restore(command);
      due.add(new Due(command.deadlineMicros(), command.id()));
      follow(command);
    }
    safety.restore(List.copyOf(open.values()));
  }

  int open() {
    return open.size();
  }

  int present() {
    return present.size();
  }

  private DeviceLanes lanes(DeviceId device) {
    DeviceLanes lanes = devices.get(device);
    if (lanes == null) {
      forgetIdle();
      lanes = new DeviceLanes(records.counts(device));
      devices.put(device, lanes);
    }
    return lanes;
  }

  private void forgetIdle() {
    var oldest = devices.entrySet().iterator();
    while (devices.size() > MAX_IDLE && oldest.hasNext()) {
      if (oldest.next().getValue().open() == 0) {
        oldest.remove();
      }
    }
  }

  /** The version of a device's command log. */
  long version(DeviceId device) {
    return lanes(device).ordinal();
  }

  /** A new command, or the one that the same key made before. */
  Command create(
      Wanted wanted, Optional<Command.Result> refusal, CommandRequest request, Round round) {
    Command created = wanted.created();
    Optional<Command> same = request.isRepeatable() ? find(created.id()) : Optional.empty();
    if (same.isPresent()) {
      return Admission.requireSame(same.get(), created);
    }
    DeviceLanes lanes = lanes(created.device());
    Admission.requireVersion(lanes, request);
    Command decided =
        wanted.decided(refusal.or(() -> safety.beyondRate(created, wanted.safety(), round)));
    if (!decided.isOver()) {
      Admission.requireRoom(lanes, created.device(), open.size());
      safety.opened(decided, wanted.safety());
    }
    add(decided, round);
    return decided;
  }

  private void add(Command command, Round round) {
    long ordinal = lanes(command.device()).add(command);
    if (!command.isOver()) {
      open.put(command.id(), command);
      due.add(new Due(command.deadlineMicros(), command.id()));
      follow(command);
    }
    round.created(command, ordinal);
  }

  /** One more person is for it: with the last, it is judged again and queued. */
  Command approve(Command command, String actor, Round round) {
    Admission.requireApprovable(command, actor);
    Command voted = Transitions.approved(command, actor, round.nowMicros);
    round.note(actor, CommandFacts.approved(voted));
    Command after = voted;
    if (Transitions.approvers(voted).size() >= CommandSafety.APPROVALS) {
      Optional<Command.Result> refusal = safety.refusal(voted);
      after =
          refusal.isPresent()
              ? Transitions.refused(voted, refusal.get(), round.nowMicros)
              : Transitions.queued(voted, round.nowMicros);
    }
    if (after.state() == CommandState.QUEUED) {
      lanes(after.device()).queue(after);
    }
    take(Optional.of(after), round);
    return after;
  }

  Optional<Command> find(String id) {
    Command command = open.get(id);
    return command == null ? records.find(id) : Optional.of(command);
  }

  /** Takes a change in, when there is one. */
  private boolean take(Optional<Command> after, Round round) {
    after.ifPresent(command -> {
      round.changed(command);
      Command before = open.get(command.id());
      if (before == null) {
        return; // over, and heard of again
      }
      if (command.state() != CommandState.SENT && command.state() != CommandState.QUEUED) {
        lanes(command.device()).leave(command);
      }
      if (command.isOver()) {
        open.remove(command.id());
        lanes(command.device()).over();
      } else {
        open.put(command.id(), command);
      }
      follow(command);
      safety.follow(before, command, round);
    });
    return after.isPresent();
  }

  /** What other threads see of it. */
  private void follow(Command command) {
    if (command.state() != CommandState.SENT) {
      handovers.over(command.id());
    } else if (!handovers.has(command.id())) {
      handovers.handed(command.id(), command.sinceMicros());
    }
    effects.follow(command);
  }

  /** Those sent and not acknowledged, the most urgent first. */
  List<Command> unacknowledged(DeviceId device) {
    DeviceLanes lanes = devices.get(device);
    if (lanes == null) {
      return List.of();
    }
    List<Command> found = new ArrayList<>(2);
    for (Lane lane : BY_URGENCY) {
      String id = lanes.unacknowledged(lane);
      Command command = id == null ? null : open.get(id);
      if (command != null) {
        found.add(command);
      }
    }
    return found;
  }

  /** Whether a command of the device waits for its effect. Any thread. */
  boolean awaits(DeviceId device) {
    return effects.isAwaited(device);
  }

  /** It is there: what it did not acknowledge is handed over again, what waits may follow. */
  void arrived(DeviceId device, Round round) {
    present.add(device);
    asks(device, round);
  }

  void left(DeviceId device) {
    present.remove(device);
  }

  /** It is there as long as it waits. */
  void asks(DeviceId device, Round round) {
    round.touch(device);
    unacknowledged(device).forEach(command -> repeat(command, round));
  }

  private boolean isThere(DeviceId device) {
    return present.contains(device) || way.isAwaited(device);
  }

  private void repeat(Command command, Round round) {
    handovers.handed(command.id(), round.nowMicros);
    round.afterwards(() -> way.transmit(command));
  }

  /** No connection took it. */
  void notTaken(String id, Round round) {
    Command command = open.get(id);
    if (command != null) {
      present.remove(command.device());
      Optional<Command> back = Transitions.notTaken(command, handovers.isOnly(id), round.nowMicros);
      if (back.isPresent()) {
        lanes(command.device()).putBack(command);
      }
      take(back, round);
    }
  }

  /** Sends what may be sent now. */
  void dispatch(Round round) {
    for (DeviceId device : List.copyOf(round.touched())) {
      DeviceLanes lanes = devices.get(device);
      if (lanes != null && isThere(device)) {
        for (Lane lane : BY_URGENCY) {
          dispatch(lanes, lane, round);
        }
      }
    }
  }

  private void dispatch(DeviceLanes lanes, Lane lane, Round round) {
    String id = lanes.next(lane);
    while (id != null) {
      Command command = Objects.requireNonNull(open.get(id), id);
      if (command.deadlineMicros() <= round.nowMicros) {
        take(Transitions.expired(command, round.nowMicros), round);
        id = lanes.next(lane);
      } else if (isRefused(command, round)) {
        id = lanes.next(lane);
      } else {
        long sequence = lanes.take(lane, round.nowMicros / 1000);
        take(Transitions.sent(command, sequence, round.nowMicros), round);
        handovers.begins(id);
        Command sent = Objects.requireNonNull(open.get(id), id);
        round.afterwards(() -> way.transmit(sent));
        id = null;
      }
    }
  }

  /** The situation may be another by now than when it was asked for. */
  private boolean isRefused(Command command, Round round) {
    Optional<Command.Result> refusal = safety.refusal(command);
    return take(refusal.map(r -> Transitions.refused(command, r, round.nowMicros)), round);
  }

  /**
   * What a device says of a command.
   *
   * @return whether it changed anything; empty when the device has no such command
   */
  Optional<Boolean> answered(DeviceId device, String id, Answer answer, Round round) {
    Optional<Command> found = find(id);
    boolean known =
        found.isPresent()
            && found.get().device().equals(device)
            && found.get().sequence() > 0
            && (answer.sequence() == Sample.ABSENT || answer.sequence() == found.get().sequence());
    if (!known) {
      return Optional.empty();
    }
    Command command = found.get();
    Optional<Command> after =
        answer.result().isPresent()
            ? Transitions.result(command, answer.result().get(), round.nowMicros)
            : Transitions.acknowledged(command, round.nowMicros);
    boolean changed = take(after, round);
    after.filter(c -> !c.isOver()).ifPresent(c -> awaitEnd(c, round));
    return Optional.of(changed);
  }

  private void awaitEnd(Command command, Round round) {
    due.add(new Due(Effects.endMicros(command), command.id()));
    if (command.executedMicros() > 0) {
      reported.of(command.device()).ifPresent(said -> verify(command, said, round));
    }
  }

  /** A device reported something. */
  void reported(Reported said, Round round) {
    for (String id : effects.awaited(said.device())) {
      Command command = open.get(id);
      if (command != null) {
        verify(command, said, round);
      }
    }
  }

  private void verify(Command command, Reported said, Round round) {
    if (Effects.isShown(command, said)) {
      take(Transitions.verified(command, round.nowMicros), round);
    }
  }

  Optional<Command> cancel(String id, String actor, Round round) {
    Optional<Command> command = find(id);
    Optional<Command> after =
        command.flatMap(c -> Transitions.cancelled(c, actor, round.nowMicros));
    take(after, round);
    return after.or(() -> command);
  }

  /** What is due by now. */
  void timers(Round round) {
    Due next = due.peek();
    while (next != null && next.micros() <= round.nowMicros) {
      due.remove();
      Command command = open.get(next.command());
      if (command != null) {
        due(command, round);
      }
      next = due.peek();
    }
    fallbacks.due(round);
    repeatOld(round);
  }

  private void due(Command command, Round round) {
    boolean waits =
        command.state() == CommandState.ACKNOWLEDGED
            && Effects.endMicros(command) > round.nowMicros;
    if (waits) {
      due.add(new Due(Effects.endMicros(command), command.id()));
    } else if (command.state() == CommandState.QUEUED
        || command.state() == CommandState.AWAITING_APPROVAL) {
      take(Transitions.expired(command, round.nowMicros), round);
    } else {
      take(Transitions.givenUp(command, round.nowMicros), round);
    }
  }

  private void repeatOld(Round round) {
    for (String id : handovers.olderThan(round.nowMicros - REPEAT_MICROS, MAX_REPEATED)) {
      Command command = open.get(id);
      if (command != null && isThere(command.device())) {
        repeat(command, round);
      } else {
        handovers.postpone(id, round.nowMicros);
      }
    }
  }

  /** When something is due next; {@link Long#MAX_VALUE} when nothing is. */
  long nextDueMicros() {
    Due next = due.peek();
    return Math.min(next == null ? Long.MAX_VALUE : next.micros(), safety.deadMen().nextMicros());
  }
}
