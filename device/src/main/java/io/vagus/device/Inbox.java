package io.vagus.device;

import io.vagus.device.mqtt.LinkListener;
import io.vagus.device.mqtt.Outgoing;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What comes down, and who takes it. */
final class Inbox implements LinkListener, AutoCloseable {
  private static final String COMMANDS = "commands/";
  private static final String DESIRED = "twin/desired";
  private static final String TIME = "time/reply";
  private static final String INTERLOCKS = "interlocks";

  private final DeviceParts parts;
  private final ClockExchange clock;
  private final Optional<Commands> commands;
  private final Optional<Twin> twin;
  private final Interlocks interlocks;
  private final DeadMen deadMen;

  /**
   * @param folder where it remembers; empty: as long as the process lives
   */
  Inbox(
      DeviceParts parts,
      Optional<Path> folder,
      DeviceLog log,
      ClockExchange clock,
      Known known,
      Interlocks interlocks,
      Commands.Answers answers) {
    this.parts = parts;
    this.clock = clock;
    this.interlocks = interlocks;
    this.deadMen =
        new DeadMen(
            folder.map(f -> f.resolve("dead-men")), interlocks, this::fallBack, parts.listener());
    this.commands =
        handler(parts, log)
            .map(handler ->
                new Commands(
                    handler,
                    new CommandMemory(folder.map(f -> f.resolve("commands.json"))),
                    new Safety(interlocks, deadMen),
                    answers,
                    clock,
                    parts.listener()));
    this.twin =
        parts
            .desired()
            .map(handler ->
                new Twin(
                    observed(handler, known),
                    new DesiredState(folder.map(f -> f.resolve("desired.json"))),
                    answers,
                    clock,
                    parts.listener()));
  }

  /** What is about a command that begins. */
  private record Safety(Interlocks interlocks, DeadMen deadMen) implements Commands.Safety {
    @Override
    public Optional<Command.Result> refusal(Command command) {
      return interlocks.refusal(command);
    }

    @Override
    public void begins(Command command) {
      deadMen.begins(command.name());
    }
  }

  private static DeviceParts.Desired observed(DeviceParts.Desired handler, Known known) {
    return (Map<String, @Nullable Object> document) -> {
      known.desired(document);
      Map<String, ?> reported = handler.follow(document);
      known.reported(reported);
      return reported;
    };
  }

  private void fallBack(String command, InterlockSet.DeadMan deadMan) {
    if (deadMan.command().isPresent()) {
      commands.ifPresent(c -> c.fallBack(deadMan.command().get(), deadMan.args()));
    } else {
      twin.ifPresent(t -> t.fallBack(deadMan.desired()));
    }
  }

  /** Goes on with what was under way before a restart. */
  void start() {
    deadMen.start();
    commands.ifPresent(Commands::start);
    twin.ifPresent(Twin::start);
  }

  private static Optional<Command.Handler> handler(DeviceParts parts, DeviceLog log) {
    return parts.commands().isPresent() || log.isKept()
        ? Optional.of(new StandardCommands(log, parts.commands()))
        : Optional.empty();
  }

  /** What is subscribed. */
  Set<String> filters() {
    Set<String> filters = new LinkedHashSet<>();
    commands.ifPresent(c -> filters.add(COMMANDS + "+"));
    twin.ifPresent(d -> filters.add(DESIRED));
    if (parts.commands().isPresent() || !parts.rules().isEmpty()) {
      filters.add(INTERLOCKS);
    }
    if (parts.asksTime()) {
      filters.add(TIME);
    }
    return filters;
  }

  @Override
  public void received(String topic, byte[] payload) {
    if (topic.equals(TIME)) {
      clock.answered(payload);
    } else if (topic.equals(INTERLOCKS)) {
      if (!interlocks.received(payload)) {
        parts.listener().failed("interlocks that cannot be read");
      }
    } else if (topic.equals(DESIRED)) {
      twin.ifPresent(t -> t.received(payload));
    } else if (topic.startsWith(COMMANDS) && topic.indexOf('/', COMMANDS.length()) < 0) {
      commands.ifPresent(c -> c.received(topic.substring(COMMANDS.length()), payload));
    } else {
      parts.listener().received(topic, payload);
    }
  }

  @Override
  public void connected() {
    parts.listener().connected();
  }

  @Override
  public void subscribed() {
    if (parts.asksTime()) {
      clock.ask();
    }
    parts.listener().subscribed();
  }

  @Override
  public void refused(int reasonCode) {
    parts.listener().refused(reasonCode);
  }

  @Override
  public void acknowledged(Outgoing message, int reasonCode, long nanos) {
    parts.listener().acknowledged(message, reasonCode, nanos);
  }

  @Override
  public void resent() {
    parts.listener().resent();
  }

  @Override
  public void failed(String what) {
    parts.listener().failed(what);
  }

  @Override
  public void closed(boolean wasConnected) {
    parts.listener().closed(wasConnected);
  }

  @Override
  public void close() {
    deadMen.close();
    commands.ifPresent(Commands::close);
    twin.ifPresent(Twin::close);
  }
}
