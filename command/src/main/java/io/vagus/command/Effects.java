package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import io.vagus.model.Reported;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Which commands wait for reported state to show their effect, and how long. Thread-safe. */
final class Effects {
  private static final long RESULT_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final long EFFECT_MICROS = TimeUnit.MINUTES.toMicros(1);

  private final ConcurrentHashMap<DeviceId, Set<String>> awaiting = new ConcurrentHashMap<>();

  void follow(Command command) {
    boolean awaits =
        command.effect().isPresent() && !command.isOver() && command.verifiedMicros() == 0;
    awaiting.compute(
        command.device(),
        (d, ids) -> {
          Set<String> now = ids == null ? ConcurrentHashMap.newKeySet() : ids;
          var unused = awaits ? now.add(command.id()) : now.remove(command.id());
          return now.isEmpty() ? null : now;
        });
  }

  boolean isAwaited(DeviceId device) {
    return awaiting.containsKey(device);
  }

  /** The commands of a device that wait. */
  List<String> awaited(DeviceId device) {
    return List.copyOf(awaiting.getOrDefault(device, Set.of()));
  }

  /** What was so before it was sent proves nothing, unless the device says that it did it. */
  static boolean isShown(Command command, Reported said) {
    Command.Effect effect = command.effect().orElseThrow();
    Reported.Field field = said.fields().get(effect.pointer());
    return field != null
        && field.json().equals(effect.json())
        && (command.executedMicros() > 0 || field.changedMicros() >= command.createdMicros());
  }

  /** When nothing more is waited for, of one that was acknowledged. */
  static long endMicros(Command command) {
    long from =
        command.executedMicros() > 0
            ? command.executedMicros() + EFFECT_MICROS
            : command.deliveredMicros() + RESULT_MICROS;
    return Math.max(command.deadlineMicros(), from);
  }
}
