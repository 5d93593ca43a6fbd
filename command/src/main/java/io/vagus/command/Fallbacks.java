package io.vagus.command;

import io.vagus.command.DeadMen.Armed;
import io.vagus.kit.Durations;
import io.vagus.model.Command;
import io.vagus.model.CommandSafety.DeadMan;
import io.vagus.model.CommandSafety.Send;
import io.vagus.model.CommandSafety.Want;
import io.vagus.registry.Actor;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Does what is safe where a command was not repeated in time. What is wanted is durable before the
 * dead man is disarmed, so that a crash between the two does it twice rather than never. Confined
 * to the commands' thread.
 */
final class Fallbacks {
  private static final System.Logger LOG = System.getLogger(Fallbacks.class.getName());
  private static final long AGAIN_MICROS = TimeUnit.SECONDS.toMicros(5);

  private final DeadMen deadMen;
  private final Safeguards safeguards;
  private final BiConsumer<Command, Round> add;

  /**
   * @param add takes a command that nothing holds up
   */
  Fallbacks(DeadMen deadMen, Safeguards safeguards, BiConsumer<Command, Round> add) {
    this.deadMen = deadMen;
    this.safeguards = safeguards;
    this.add = add;
  }

  void due(Round round) {
    for (Armed one : deadMen.due(round.nowMicros)) {
      try {
        fallBack(one, deadMen.fallback(one), round);
        deadMen.disarm(one, round);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "fallback of " + one.name() + " failed", e);
        deadMen.postpone(one, round.nowMicros + AGAIN_MICROS);
      }
    }
  }

  private void fallBack(Armed one, Optional<DeadMan> deadMan, Round round) {
    if (deadMan.isEmpty()) {
      return; // the product, or the device, is not what it was
    }
    String why =
        Safety.FALLBACK
            + "%s %s: not repeated within %s"
                .formatted(one.name(), one.command(), Durations.format(deadMan.get().within()));
    switch (deadMan.get().fallback()) {
      case Send send -> {
        add.accept(safeguards.fallback(one.device(), send, why, round.nowMicros), round);
        note(one, send.command() + " " + send.arguments(), round);
      }
      case Want want -> {
        safeguards.want(one.device(), want);
        note(one, "desired " + want.patch(), round);
      }
    }
  }

  private static void note(Armed one, String fallback, Round round) {
    round.note(Actor.SYSTEM.text(), CommandFacts.fellBack(one, fallback));
  }
}
