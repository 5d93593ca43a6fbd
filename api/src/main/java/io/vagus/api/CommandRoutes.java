package io.vagus.api;

import io.vagus.command.CommandFeed;
import io.vagus.command.Commands;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.registry.Actor;
import io.vagus.registry.Caller;
import io.vagus.registry.Registry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** What devices are asked to do. Thread-safe. */
final class CommandRoutes {
  private static final String OF_DEVICE = "/api/v1/devices/{id}/commands";
  private static final String ALL = "/api/v1/commands";

  /**
   * Their handlers take a key into account themselves: what waits for the commands' thread may not
   * hold the database meanwhile.
   */
  static final Set<String> OWN_KEYS =
      Set.of(OF_DEVICE, ALL + "/{command}/cancel", ALL + "/{command}/approve");

  private static final Duration DURABLE_WITHIN = Duration.ofSeconds(20);

  private final Registry registry;
  private final Commands commands;
  private final CommandLog log;
  private final LiveStreams streams;
  private final Duration heartbeat;

  CommandRoutes(ApiParts parts, LiveStreams streams) {
    this.registry = parts.registry();
    this.commands = parts.commands();
    this.log = new CommandLog(commands);
    this.streams = streams;
    this.heartbeat = parts.config().heartbeat();
  }

  List<Route> routes() {
    return List.of(
        Route.write("POST", OF_DEVICE, Route.Body.JSON, this::send),
        Route.get(OF_DEVICE, Set.of("state", "cursor", "limit"), this::ofDevice),
        Route.get(ALL, CommandLog.FILTERS, log::list),
        Route.get(ALL + "/success", CommandLog.OF_OUTCOMES, log::outcomes),
        Route.get(ALL + "/live", Set.of("device", "command"), this::live),
        Route.get(ALL + "/{command}", this::read),
        Route.write("POST", ALL + "/{command}/approve", Route.Body.NONE, this::approve),
        Route.write("POST", ALL + "/{command}/cancel", Route.Body.NONE, this::cancel));
  }

  private Reply send(Call call) throws IOException {
    // Whether there is such a device is looked up once: when the request is judged.
    Command command = await(commands.send(CommandShape.read(call, call.device())));
    Reply reply =
        command.state() == CommandState.REFUSED
            ? refused(command)
            : Reply.json(202, out -> CommandShape.write(out, command));
    return reply.with("Location", ALL + "/" + command.id());
  }

  private static Reply refused(Command command) {
    Command.Result why = command.result().orElseThrow();
    return Problem.refused(why.code(), why.detail(), why.output(), Optional.of(command.id()));
  }

  /** By a person: a program's token is nobody, and two tokens of one person are one. */
  private Reply approve(Call call) {
    Command known = existing(call);
    String person =
        call.caller()
            .map(Caller::user)
            .filter(name -> !name.isEmpty())
            .orElseThrow(() ->
                new VagusException(
                    ErrorCode.FORBIDDEN, "approval: by a program (expected: a user)"));
    Command after = await(commands.approve(known.id(), Actor.user(person).text()));
    return after.state() == CommandState.REFUSED
        ? refused(after)
        : Reply.json(200, out -> CommandShape.write(out, after));
  }

  /** The device's log, its version as ETag. */
  private Reply ofDevice(Call call) {
    DeviceId device = existing(call.device());
    return log.of(call, Optional.of(device))
        .with("ETag", "\"" + await(commands.version(device)) + "\"");
  }

  private Reply read(Call call) {
    Command command = existing(call);
    return Reply.json(200, out -> CommandShape.write(out, command));
  }

  private Reply cancel(Call call) {
    Command known = existing(call);
    Command after = await(commands.cancel(known.id(), Access.actor(call.caller()).text()));
    return Reply.json(200, out -> CommandShape.write(out, after));
  }

  private Reply live(Call call) {
    Predicate<DeviceId> sight = call.sight().devices();
    Predicate<Command> seen = c -> sight.test(c.device());
    Optional<String> one = call.query().string("command");
    if (one.isPresent()) {
      Command now = commands.find(one.get()).filter(seen).orElseThrow(() -> unknown(one.get()));
      Predicate<Command> same = c -> c.id().equals(now.id());
      return streams.open(
          call.allowed(), (out, goOn) -> streamOne(out, now.id(), seen.and(same), goOn));
    }
    Optional<DeviceId> device = call.queriedDevice();
    Predicate<Command> wanted = c -> device.isEmpty() || device.get().equals(c.device());
    return streams.open(call.allowed(), (out, goOn) -> stream(out, seen.and(wanted), goOn));
  }

  private static RuntimeException unknown(String command) {
    return Problem.invalid(
        "command", Problem.shown(command) + " (expected: a command that exists)");
  }

  private void stream(OutputStream to, Predicate<Command> wanted, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    EventWriter out = new EventWriter(to);
    out.comment("connected");
    try (CommandFeed.Subscription subscription = commands.feed().subscribe(wanted)) {
      while (goOn.getAsBoolean()) {
        tell(out, subscription.poll(heartbeat));
      }
    }
  }

  /** As it is now, then each change until it is over. */
  private void streamOne(
      OutputStream to, String id, Predicate<Command> wanted, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    EventWriter out = new EventWriter(to);
    try (CommandFeed.Subscription subscription = commands.feed().subscribe(wanted)) {
      List<Command> changed = commands.find(id).stream().toList();
      tell(out, changed);
      while (goOn.getAsBoolean() && changed.stream().noneMatch(Command::isOver)) {
        changed = subscription.poll(heartbeat);
        tell(out, changed);
      }
    }
  }

  private static void tell(EventWriter out, List<Command> changed) throws IOException {
    for (Command command : changed) {
      out.event("command", Reply.jsonBytes(json -> CommandShape.write(json, command)));
    }
    if (changed.isEmpty()) {
      out.comment("heartbeat");
    }
  }

  private DeviceId existing(DeviceId device) {
    if (registry.device(device).isEmpty()) {
      throw Problem.notFound("device", device.value());
    }
    return device;
  }

  private Command existing(Call call) {
    String id = call.path("command");
    return commands
        .find(id)
        .filter(command -> call.sight().sees(command.device()))
        .orElseThrow(() -> Problem.notFound("command", id));
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(DURABLE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof VagusException cause
          ? cause
          : new VagusException(ErrorCode.INTERNAL, "command: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new VagusException(
          ErrorCode.BUSY, "command: not durable within " + DURABLE_WITHIN.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }
}
