package io.vagus.command;

import io.vagus.kit.WallClock;
import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import io.vagus.twin.Downlink;
import io.vagus.wire.CommandCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands commands that are durably sent to a device's poll, or to its connection. Polls are kept on
 * the commands' thread, so that it knows of each time that a command left.
 */
final class Transmitter implements Board.Way {
  private final Tasks tasks;
  private final WallClock wall;
  private final Map<DeviceId, CompletableFuture<Optional<byte[]>>> polls = new HashMap<>();
  private volatile Downlink downlink =
      (device, suffix, payload) -> CompletableFuture.completedFuture(false);
  private @Nullable Board board;

  Transmitter(Tasks tasks, WallClock wall) {
    this.tasks = tasks;
    this.wall = wall;
  }

  void of(Board its) {
    board = its;
  }

  void sendBy(Downlink way) {
    downlink = way;
  }

  @Override
  public boolean isAwaited(DeviceId device) {
    CompletableFuture<Optional<byte[]>> poll = polls.get(device);
    return poll != null && !poll.isDone();
  }

  @Override
  public void transmit(Command command) {
    if (isPolled(command.device())) {
      return;
    }
    var unused =
        downlink
            .send(
                command.device(),
                "commands/" + command.id(),
                CommandCodec.encode(command, wall.micros()))
            .whenComplete((taken, failure) -> {
              if (failure == null && !taken) {
                tasks.urgent(round -> board().notTaken(command.id(), round));
              }
            });
  }

  private Board board() {
    return java.util.Objects.requireNonNull(board, "board");
  }

  private boolean isPolled(DeviceId device) {
    CompletableFuture<Optional<byte[]>> poll = polls.remove(device);
    return poll != null && answer(poll, device);
  }

  private boolean answer(CompletableFuture<Optional<byte[]>> poll, DeviceId device) {
    List<Command> commands = board().unacknowledged(device);
    return !commands.isEmpty()
        && poll.complete(Optional.of(CommandCodec.encode(commands, wall.micros())));
  }

  /** Any thread. */
  CompletableFuture<Optional<byte[]>> poll(DeviceId device, Duration wait) {
    CompletableFuture<Optional<byte[]>> poll = new CompletableFuture<>();
    // Without a wait the round that it comes in must still have time to answer.
    long millis = Math.max(wait.toMillis(), 1000);
    var unused =
        poll.completeOnTimeout(Optional.empty(), millis, TimeUnit.MILLISECONDS)
            .whenComplete((found, failure) -> tasks.urgent(round -> polls.remove(device, poll)));
    tasks.urgent(round -> {
      CompletableFuture<Optional<byte[]>> before = polls.put(device, poll);
      if (before != null) {
        before.complete(Optional.empty());
      }
      board().asks(device, round);
      if (wait.isZero()) {
        round.last(() -> poll.complete(Optional.empty()));
      }
    });
    return poll;
  }
}
