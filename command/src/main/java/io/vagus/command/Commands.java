package io.vagus.command;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.model.Reported;
import io.vagus.registry.Registry;
import io.vagus.twin.Downlink;
import io.vagus.twin.Interlocks;
import io.vagus.twin.ReportedListener;
import io.vagus.twin.ReportedTwins;
import io.vagus.wire.CommandCodec;
import io.vagus.wire.CommandCodec.Answer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Commands from request to end. One thread decides; what it decides in one round becomes durable in
 * one transaction, and only then is anybody told or anything sent. Thread-safe.
 */
public final class Commands implements ReportedListener, AutoCloseable {
  private final CommandRules rules;
  private final Safeguards safeguards;
  private final CommandRecords records;
  private final WallClock wall;
  private final Tasks tasks = new Tasks();
  private final CommandFeed feed = new CommandFeed();
  private final CommandMeters meters;
  private final Transmitter transmitter;
  private final Board board;
  private final CommandLoop loop;

  private Commands(
      CommandRecords records,
      Registry registry,
      ReportedTwins reported,
      Interlocks interlocks,
      CommandConfig config,
      WallClock wall,
      MonotonicClock clock,
      MeterRegistry registryOfMeters) {
    this.rules = new CommandRules(registry);
    this.safeguards = new ProductSafeguards(registry, rules, interlocks);
    this.records = records;
    this.wall = wall;
    this.transmitter = new Transmitter(tasks, wall);
    this.board = new Board(records, reported, safeguards, transmitter);
    transmitter.of(board);
    this.meters = new CommandMeters(registryOfMeters, board::open, tasks::size);
    this.loop =
        new CommandLoop(
            board, tasks, records, feed, new Retention(records, config), meters, wall, clock);
  }

  /**
   * Loads the open commands, and begins.
   *
   * @param reported asked from the commands' thread
   */
  public static Commands start(
      CommandRecords records,
      Registry registry,
      ReportedTwins reported,
      Interlocks interlocks,
      CommandConfig config,
      WallClock wall,
      MonotonicClock clock,
      MeterRegistry meters) {
    Commands commands =
        new Commands(records, registry, reported, interlocks, config, wall, clock, meters);
    commands.loop.start();
    return commands;
  }

  /** From now on commands go down by this way. */
  public void sendBy(Downlink way) {
    transmitter.sendBy(way);
  }

  /**
   * Asks a device to do something.
   *
   * @return the command, durable: an interlock or the rate limit may have refused it; a {@link
   *     VagusException} says why there is none
   */
  public CompletableFuture<Command> send(CommandRequest request) {
    Wanted wanted = rules.valid(request, "", wall.micros());
    Optional<Command.Result> refusal =
        wanted.safety().interlocks().isEmpty()
            ? Optional.empty()
            : safeguards.refusal(wanted.created());
    return ask(
        wanted.created().lane() == Lane.PRIORITY,
        round -> {
          String id = board.create(wanted, refusal, request, round).id();
          return () -> board.find(id).orElseThrow();
        });
  }

  /**
   * A person is for a command that needs two. The second one has it judged again and queued.
   *
   * @param person as the event log names him; nobody counts twice
   */
  public CompletableFuture<Command> approve(String id, String person) {
    return ask(
        true,
        round -> {
          Command command =
              board
                  .find(id)
                  .orElseThrow(() ->
                      new VagusException(
                          ErrorCode.NOT_FOUND, "command: " + id + " does not exist"));
          Command after = board.approve(command, person, round);
          return () -> after;
        });
  }

  /** Throws what {@link #send} would say of what is asked, whatever the device does just now. */
  void check(CommandRequest request) {
    var unused = rules.valid(request, "", wall.micros());
  }

  /** Takes back what was not sent. */
  public CompletableFuture<Command> cancel(String id, String actor) {
    return ask(
        true,
        round -> {
          Command after =
              board
                  .cancel(id, actor, round)
                  .orElseThrow(() ->
                      new VagusException(
                          ErrorCode.NOT_FOUND, "command: " + id + " does not exist"));
          if (after.state() != CommandState.CANCELLED) {
            throw new VagusException(
                ErrorCode.CONFLICT,
                "command: %s is %s (expected: queued, or awaiting approval; what was sent cannot be taken back)"
                    .formatted(id, after.state().name().toLowerCase(java.util.Locale.ROOT)));
          }
          return () -> after;
        });
  }

  /** How many commands a device had so far: the version of its command log. */
  public CompletableFuture<Long> version(DeviceId device) {
    return ask(
        false,
        round -> {
          long version = board.version(device);
          return () -> version;
        });
  }

  /** What is told when the round is durable. */
  private interface Told<T> {
    T now();
  }

  private <T> CompletableFuture<T> ask(boolean urgent, Function<Round, Told<T>> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    tasks.ask(
        round -> {
          try {
            Told<T> told = question.apply(round);
            round.afterwards(() -> answer.complete(told.now()));
          } catch (VagusException e) {
            answer.completeExceptionally(e);
          }
        },
        urgent);
    return answer;
  }

  /** The device is connected and listens. Any thread. */
  public void arrived(DeviceId device) {
    tasks.urgent(round -> board.arrived(device, round));
  }

  /** It listens no more: what comes now waits for it. Any thread. */
  public void left(DeviceId device) {
    tasks.urgent(round -> board.left(device));
  }

  /**
   * Commands not yet acknowledged, for a device that asks by HTTP, as a JSON array.
   *
   * @return empty when there are none within the time
   */
  public CompletableFuture<Optional<byte[]>> poll(DeviceId device, Duration wait) {
    return transmitter.poll(device, wait);
  }

  /**
   * What a device says of a command.
   *
   * @param isResult or else an acknowledgement
   * @return once it is durable; a {@link VagusException} of kind DEVICE says why not
   */
  public CompletableFuture<Void> answered(
      DeviceId device, String id, boolean isResult, byte[] payload) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      Answer answer =
          isResult ? CommandCodec.decodeResult(payload) : CommandCodec.decodeAck(payload);
      tasks.urgent(round -> answered(device, id, answer, round, done));
    } catch (VagusException e) {
      meters.refused();
      done.completeExceptionally(e);
    }
    return done;
  }

  private void answered(
      DeviceId device, String id, Answer answer, Round round, CompletableFuture<Void> done) {
    Optional<Boolean> changed =
        Command.isValidId(id) ? board.answered(device, id, answer, round) : Optional.empty();
    if (changed.isPresent()) {
      meters.answered(changed.get());
      round.afterwards(() -> done.complete(null));
    } else {
      meters.refused();
      done.completeExceptionally(
          new VagusException(
              ErrorCode.COMMAND_UNKNOWN,
              "command: \"%s\" was not sent to %s".formatted(shown(id), device)));
    }
  }

  private static String shown(String id) {
    return id.length() > 64 ? id.substring(0, 64) + "…" : id;
  }

  @Override
  public void reported(Reported now) {
    if (board.awaits(now.device())) {
      tasks.urgent(round -> board.reported(now, round));
    }
  }

  public Optional<Command> find(String id) {
    return Command.isValidId(id) ? records.find(id) : Optional.empty();
  }

  /** The newest first. */
  public Page<Command> page(CommandRecords.Filter filter, Optional<String> cursor, int limit) {
    return records.page(filter, cursor, limit);
  }

  /** The same of some devices. */
  public Page<Command> page(
      Collection<DeviceId> devices,
      CommandRecords.Filter filter,
      Optional<String> cursor,
      int limit) {
    return records.page(devices, filter, cursor, limit);
  }

  /**
   * What became of those that are over.
   *
   * @param devices empty: of all
   */
  public CommandOutcomes outcomes(
      Optional<Collection<DeviceId>> devices, CommandRecords.Filter filter) {
    return records.outcomes(devices, filter);
  }

  /** How many of a bulk command are in which state. */
  public Map<CommandState, Long> ofBulk(String bulk) {
    return records.ofBulk(bulk);
  }

  public CommandFeed feed() {
    return feed;
  }

  /** Why nothing goes on; empty when all is well. */
  public String failure() {
    return loop.failure();
  }

  @Override
  public void close() {
    tasks.close();
    loop.close();
  }
}
