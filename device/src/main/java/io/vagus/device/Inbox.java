package io.vagus.device;

import io.vagus.device.mqtt.LinkListener;
import io.vagus.device.mqtt.Outgoing;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** What comes down, and who takes it. */
final class Inbox implements LinkListener, AutoCloseable {
  private static final String COMMANDS = "commands/";
  private static final String DESIRED = "twin/desired";
  private static final String TIME = "time/reply";

  private final DeviceParts parts;
  private final ClockExchange clock;
  private final Optional<Commands> commands;
  private final Optional<Twin> twin;

  /**
   * @param folder where it remembers; empty: as long as the process lives
   */
  Inbox(
      DeviceParts parts,
      Optional<Path> folder,
      DeviceLog log,
      ClockExchange clock,
      Commands.Answers answers) {
    this.parts = parts;
    this.clock = clock;
    this.commands =
        handler(parts, log)
            .map(handler ->
                new Commands(
                    handler,
                    new CommandMemory(folder.map(f -> f.resolve("commands.json"))),
                    answers,
                    clock,
                    parts.listener()));
    this.twin =
        parts
            .desired()
            .map(handler ->
                new Twin(
                    handler,
                    new DesiredState(folder.map(f -> f.resolve("desired.json"))),
                    answers,
                    clock,
                    parts.listener()));
  }

  /** Goes on with what was under way before a restart. */
  void start() {
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
    if (parts.asksTime()) {
      filters.add(TIME);
    }
    return filters;
  }

  @Override
  public void received(String topic, byte[] payload) {
    if (topic.equals(TIME)) {
      clock.answered(payload);
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
    commands.ifPresent(Commands::close);
    twin.ifPresent(Twin::close);
  }
}
