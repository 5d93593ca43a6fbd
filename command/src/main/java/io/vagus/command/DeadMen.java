package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.CommandSafety.DeadMan;
import io.vagus.model.CommandSafety.Send;
import io.vagus.model.DeviceId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Which commands must come again, and by when. Armed when one is sent, for it may be in effect from
 * then on; put off when a device says that it has the next; over when the device has the fallback.
 * Confined to the commands' thread.
 */
final class DeadMen {

  /**
   * One that is armed.
   *
   * @param command the one that armed it last
   * @param dueMicros when the fallback is done; 0: it is armed no longer
   */
  record Armed(DeviceId device, String name, String command, long dueMicros) {}

  private final Safeguards safeguards;
  private final Map<DeviceId, Map<String, Armed>> armed = new HashMap<>();

  /** One for each that is armed or was: how often it is put off costs nothing. */
  private final PriorityQueue<Armed> alarms =
      new PriorityQueue<>(Comparator.comparingLong(Armed::dueMicros));

  private final Set<Key> alarmed = new HashSet<>();

  private record Key(DeviceId device, String name) {
    private static Key of(Armed one) {
      return new Key(one.device(), one.name());
    }
  }

  DeadMen(Safeguards safeguards, List<Armed> before) {
    this.safeguards = safeguards;
    before.forEach(this::put);
  }

  private void put(Armed one) {
    armed.computeIfAbsent(one.device(), d -> new HashMap<>(2)).put(one.name(), one);
    alarm(one);
  }

  private void alarm(Armed one) {
    if (alarmed.add(Key.of(one))) {
      alarms.add(one);
    }
  }

  private Optional<Armed> of(DeviceId device, String name) {
    return Optional.ofNullable(armed.getOrDefault(device, Map.of()).get(name));
  }

  /** It was handed to a connection: from now on it may be in effect. */
  void sent(Command command, DeadMan deadMan, Round round) {
    if (of(command.device(), command.name()).isEmpty()) {
      arm(command, deadMan, round);
    }
  }

  /** The device has it. */
  void acknowledged(Command command, DeadMan deadMan, Round round) {
    arm(command, deadMan, round);
  }

  private void arm(Command command, DeadMan deadMan, Round round) {
    long due = round.nowMicros + deadMan.within().toNanos() / 1000;
    Armed one = new Armed(command.device(), command.name(), command.id(), due);
    put(one);
    round.deadMan(one);
  }

  /** It certainly did not reach the device: what only its sending armed, is not. */
  void notTaken(Command command, Round round) {
    of(command.device(), command.name())
        .filter(one -> one.command().equals(command.id()))
        .ifPresent(one -> disarm(one, round));
  }

  /** The device has some command, which may be the fallback of another, whoever sent it. */
  void mayBeFallback(Command command, Round round) {
    for (Armed one : List.copyOf(armed.getOrDefault(command.device(), Map.of()).values())) {
      boolean isFallback =
          fallback(one).map(DeadMan::fallback).orElse(null) instanceof Send send
              && send.command().equals(command.name());
      if (isFallback) {
        disarm(one, round);
      }
    }
  }

  /** What is done in its place; empty: the product asks for it no longer. */
  Optional<DeadMan> fallback(Armed one) {
    return safeguards.of(one.device(), one.name()).deadMan();
  }

  void disarm(Armed one, Round round) {
    Map<String, Armed> ofDevice = armed.get(one.device());
    if (ofDevice != null && ofDevice.remove(one.name()) != null && ofDevice.isEmpty()) {
      armed.remove(one.device());
    }
    round.deadMan(new Armed(one.device(), one.name(), one.command(), 0));
  }

  /** Not now: it is due again a little later. */
  void postpone(Armed one, long dueMicros) {
    put(new Armed(one.device(), one.name(), one.command(), dueMicros));
  }

  /** Those whose time is over by now. */
  List<Armed> due(long nowMicros) {
    List<Armed> due = new ArrayList<>();
    Armed next = alarms.peek();
    while (next != null && next.dueMicros() <= nowMicros) {
      alarms.remove();
      alarmed.remove(Key.of(next));
      of(next.device(), next.name())
          .ifPresent(now -> {
            if (now.dueMicros() <= nowMicros) {
              due.add(now);
            } else {
              alarm(now); // put off meanwhile
            }
          });
      next = alarms.peek();
    }
    return due;
  }

  /** When the next is due; {@link Long#MAX_VALUE}: none. */
  long nextMicros() {
    Armed next = alarms.peek();
    return next == null ? Long.MAX_VALUE : next.dueMicros();
  }
}
