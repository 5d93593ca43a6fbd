package io.vagus.api;

import io.vagus.command.CommandOutcomes;
import io.vagus.command.CommandRecords;
import io.vagus.command.Commands;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/**
 * The commands of a fleet as somebody sees it. What a command itself says is asked of the records,
 * and so are its device's product and group, by device; who asked for it is looked at one by one.
 * Immutable.
 */
final class CommandLog {
  static final Set<String> FILTERS =
      Set.of(
          "device", "state", "bulk", "product", "group", "issuer", "from", "to", "cursor", "limit");

  static final Set<String> OF_OUTCOMES = Set.of("device", "bulk", "product", "group", "from", "to");

  /** Of a hundred commands so many are to succeed. */
  private static final double TARGET = 0.99;

  private final Commands commands;

  CommandLog(Commands commands) {
    this.commands = commands;
  }

  Reply of(Call call, Optional<DeviceId> device) {
    return Shape.page(
        commands.page(filter(call, device), cursor(call), limit(call)), CommandShape::write);
  }

  Reply list(Call call) {
    Optional<String> issuer = call.query().string("issuer");
    Optional<Predicate<Command>> wanted = issuer.map(name -> c -> c.issuer().equals(name));
    return Shape.page(sight(call).page(wanted, cursor(call), limit(call)), CommandShape::write);
  }

  Reply outcomes(Call call) {
    CommandOutcomes outcomes = sight(call).outcomes();
    return Reply.json(200, out -> write(out, outcomes));
  }

  private static void write(JsonGenerator out, CommandOutcomes o) {
    out.writeNumberProperty("counted", o.counted());
    for (CommandState state : CommandState.values()) {
      if (state.isOver()) {
        out.writeNumberProperty(Shape.camel(state), o.of(state));
      }
    }
    out.writeNumberProperty("delivered", o.delivered());
    out.writeNumberProperty("executed", o.executed());
    out.writeNumberProperty("effects", o.effects());
    out.writeNumberProperty("verified", o.verified());
    share(out, "deliveredShare", o.delivered(), o.counted());
    share(out, "executedShare", o.executed(), o.counted());
    share(out, "verifiedShare", o.verified(), o.effects());
    share(out, "successShare", o.succeeded(), o.counted());
    out.writeNumberProperty("target", TARGET);
  }

  /** Without any there is no share. */
  private static void share(JsonGenerator out, String name, long part, long whole) {
    if (whole > 0) {
      Shape.number(out, name, Math.rint(1_000_000.0 * part / whole) / 1_000_000);
    }
  }

  private CommandSight sight(Call call) {
    DeviceFilter product =
        call.query().string("product").map(DeviceFilter.ALL::withProduct).orElse(DeviceFilter.ALL);
    Optional<GroupId> group =
        call.query().string("group").map(name -> DeviceShape.groupId("group", name));
    return new CommandSight(
        commands, call.sight(), filter(call, call.queriedDevice()), product.inGroup(group));
  }

  private static CommandRecords.Filter filter(Call call, Optional<DeviceId> device) {
    return new CommandRecords.Filter(
        device,
        call.query().choice("state", Shape.words(CommandState.class)),
        call.query().string("bulk"),
        call.query().fromMicros(),
        call.query().toMicros());
  }

  private static Optional<String> cursor(Call call) {
    return call.query().string("cursor");
  }

  private static int limit(Call call) {
    return call.query().integer("limit", 100, 1, 1000);
  }
}
