package io.vagus.sink;

import io.vagus.command.CommandRequest;
import io.vagus.command.Commands;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.Device;
import io.vagus.model.ProductModel;
import io.vagus.registry.Actor;
import io.vagus.registry.Registry;
import io.vagus.rule.Action;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends the commands of rules. The same firing's action is the same command, however often it is
 * sent. Its deadline counts from the reading on: what was found long ago is not done now.
 */
final class CommandTarget implements Target {
  private static final int BATCH = 512;
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final Commands commands;
  private final Registry registry;
  private final LoopClock loops;

  CommandTarget(Commands commands, Registry registry, LoopClock loops) {
    this.commands = commands;
    this.registry = registry;
    this.loops = loops;
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public List<Outcome> deliver(List<Delivery> batch) throws InterruptedException {
    List<CompletableFuture<Command>> asked = batch.stream().map(this::send).toList();
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      outcomes.add(outcome(batch.get(i), asked.get(i)));
    }
    return outcomes;
  }

  private CompletableFuture<Command> send(Delivery delivery) {
    Action.SendCommand action = (Action.SendCommand) delivery.action();
    String issuer = Actor.rule(delivery.rule()).text();
    loops.follow(CommandRequest.keyedId(issuer, delivery.id()), delivery);
    try {
      return commands.send(
          new CommandRequest(
              action.device(),
              action.name(),
              action.arguments(),
              action.lane(),
              deadline(action, delivery),
              Optional.of(delivery.id()),
              OptionalLong.empty(),
              Optional.empty(),
              issuer));
    } catch (VagusException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Optional<Instant> deadline(Action.SendCommand action, Delivery delivery) {
    return action
        .deadline()
        .or(() -> model(action).map(CommandModel::deadline))
        .map(d -> Instant.EPOCH.plus(delivery.receivedMicros(), ChronoUnit.MICROS).plus(d));
  }

  private Optional<CommandModel> model(Action.SendCommand action) {
    Optional<ProductModel> product =
        registry.device(action.device()).map(Device::product).flatMap(registry::model);
    return product.flatMap(p -> Optional.ofNullable(p.command(action.name())));
  }

  private Outcome outcome(Delivery delivery, CompletableFuture<Command> asked)
      throws InterruptedException {
    try {
      asked.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
      return Outcome.DELIVERED;
    } catch (TimeoutException e) {
      return new Outcome.Failed("not durable within " + BOUND.toSeconds() + " s");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return cause instanceof VagusException v
          ? refused(delivery, v)
          : new Outcome.Failed(String.valueOf(cause));
    }
  }

  /** One that is there already was sent before a crash: what is wrong by now does not matter. */
  private Outcome refused(Delivery delivery, VagusException e) {
    String why = String.valueOf(e.getMessage());
    ErrorCode.Kind kind = e.code().kind();
    if (kind != ErrorCode.Kind.USER && kind != ErrorCode.Kind.DEVICE) {
      return new Outcome.Failed(why);
    }
    String id = CommandRequest.keyedId(Actor.rule(delivery.rule()).text(), delivery.id());
    if (commands.find(id).isPresent()) {
      return Outcome.DELIVERED;
    }
    loops.forget(id);
    return new Outcome.Refused(why);
  }

  @Override
  public void close() {}
}
