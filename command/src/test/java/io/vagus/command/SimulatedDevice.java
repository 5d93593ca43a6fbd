package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.model.Command.Result;
import io.vagus.model.Command.Status;
import io.vagus.wire.CommandCodec.Answer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A device by the contract: what it stores survives its crashes, nothing else does. */
final class SimulatedDevice {
  private static final class Mark {
    long sequence;
    String id = "";
    Optional<Result> result = Optional.empty();
  }

  private final Map<Lane, Mark> stored = new EnumMap<>(Lane.class);
  private final Map<String, Integer> executed = new HashMap<>();
  private final Map<Lane, List<Long>> order = new EnumMap<>(Lane.class);

  SimulatedDevice() {
    for (Lane lane : Lane.values()) {
      stored.put(lane, new Mark());
      order.put(lane, new ArrayList<>());
    }
  }

  /**
   * @param crash 0: none; 1: after it stored the mark; 2: after it executed; 3: before it answered
   */
  void take(Command command, long ordinal, int crash, BiConsumer<String, Answer> answer) {
    Mark mark = stored.get(command.lane());
    if (command.sequence() <= mark.sequence) {
      if (command.id().equals(mark.id)) {
        answer.accept(command.id(), new Answer(command.sequence(), Optional.empty()));
        Result result = mark.result.orElse(new Result(Status.UNKNOWN, "", "", ""));
        answer.accept(command.id(), new Answer(command.sequence(), Optional.of(result)));
      }
      return;
    }
    mark.sequence = command.sequence();
    mark.id = command.id();
    mark.result = Optional.empty();
    if (crash == 1) {
      return;
    }
    answer.accept(command.id(), new Answer(command.sequence(), Optional.empty()));
    executed.merge(command.id(), 1, Integer::sum);
    order.get(command.lane()).add(ordinal);
    if (crash == 2) {
      return;
    }
    mark.result = Optional.of(new Result(Status.SUCCEEDED, "", "", ""));
    if (crash != 3) {
      answer.accept(command.id(), new Answer(command.sequence(), mark.result));
    }
  }

  /** What it says when it starts: how the last of each lane ended. */
  void start(BiConsumer<String, Answer> answer) {
    stored.values().stream()
        .filter(mark -> !mark.id.isEmpty())
        .forEach(mark ->
            answer.accept(
                mark.id,
                new Answer(
                    mark.sequence,
                    Optional.of(mark.result.orElse(new Result(Status.UNKNOWN, "", "", ""))))));
  }

  boolean executed(String id) {
    return executed.containsKey(id);
  }

  Collection<Integer> executions() {
    return executed.values();
  }

  Collection<List<Long>> ordinals() {
    return order.values();
  }
}
