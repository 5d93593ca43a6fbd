package io.vagus.sink;

import io.vagus.command.CommandRequest;
import io.vagus.model.DeviceId;
import io.vagus.registry.Actor;
import io.vagus.rule.Action;
import io.vagus.rule.Firing;
import io.vagus.rule.FiringJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * One action of one firing on its way.
 *
 * @param id the same however often it is tried
 * @param offset of its firing in the outbox
 * @param ordinal counts the actions of that offset
 * @param commands ids of those that the same firing sends
 * @param body JSON that a sink is sent; empty for those of the platform
 */
public record Delivery(
    String id,
    long offset,
    int ordinal,
    String rule,
    DeviceId device,
    String product,
    long eventMicros,
    long receivedMicros,
    Action action,
    List<String> commands,
    String body) {
  private static final int ACTIONS = 16;

  /** A firing's actions that somebody wants. */
  static List<Delivery> of(Firing firing, Predicate<Action> wanted) {
    List<Delivery> found = new ArrayList<>();
    List<String> commands = commands(firing);
    for (int i = 0; i < firing.actions().size(); i++) {
      Action action = firing.actions().get(i);
      if (wanted.test(action)) {
        found.add(
            new Delivery(
                firing.actionId(i),
                firing.offset(),
                firing.index() * ACTIONS + i,
                firing.rule(),
                firing.device(),
                firing.product(),
                firing.eventMicros(),
                firing.receivedMicros(),
                action,
                commands,
                body(firing, action)));
      }
    }
    return found;
  }

  private static List<String> commands(Firing firing) {
    String issuer = Actor.rule(firing.rule()).text();
    return IntStream.range(0, firing.actions().size())
        .filter(i -> firing.actions().get(i) instanceof Action.SendCommand)
        .mapToObj(i -> CommandRequest.keyedId(issuer, firing.actionId(i)))
        .toList();
  }

  private static String body(Firing firing, Action action) {
    return action instanceof Action.Send(String sink, Optional<String> body)
        ? body.orElseGet(() -> FiringJson.text(firing))
        : "";
  }
}
