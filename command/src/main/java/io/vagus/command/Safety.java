package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.CommandSafety;
import io.vagus.model.CommandSafety.RateLimit;
import io.vagus.model.CommandState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What keeps open commands from doing harm: only those whose model says something of it cost
 * anything here. Confined to the commands' thread.
 */
final class Safety {
  /** Begins the first step's reason of a command that safety itself asks for. */
  static final String FALLBACK = "fallback of ";

  private final Safeguards safeguards;
  private final CommandRecords records;
  private final DeadMen deadMen;
  private final Map<String, CommandSafety> guarded = new HashMap<>();

  Safety(Safeguards safeguards, CommandRecords records) {
    this.safeguards = safeguards;
    this.records = records;
    this.deadMen = new DeadMen(safeguards, records.deadMen());
  }

  /** Open again after a restart. */
  void restore(List<Command> open) {
    if (safeguards.any()) {
      open.stream()
          .filter(command -> !command.steps().getFirst().why().startsWith(FALLBACK))
          .forEach(c -> opened(c, safeguards.of(c.device(), c.name())));
    }
  }

  void opened(Command command, CommandSafety safety) {
    if (!safety.equals(CommandSafety.NONE)) {
      guarded.put(command.id(), safety);
    }
  }

  /** Why it is one too many of its kind; empty: it is not. */
  Optional<Command.Result> beyondRate(Command wanted, CommandSafety safety, Round round) {
    if (safety.rateLimit().isEmpty()) {
      return Optional.empty();
    }
    RateLimit limit = safety.rateLimit().get();
    long since = round.nowMicros - limit.per().toNanos() / 1000;
    int recent =
        records.recent(wanted.device(), wanted.name(), since)
            + round.made(wanted.device(), wanted.name());
    return Admission.beyond(limit, recent);
  }

  /** Why it may not be done now; empty: no interlock speaks against it. */
  Optional<Command.Result> refusal(Command command) {
    return guarded.containsKey(command.id()) ? safeguards.refusal(command) : Optional.empty();
  }

  /** A command changed. */
  void follow(Command before, Command after, Round round) {
    Optional<CommandSafety.DeadMan> deadMan =
        Optional.ofNullable(guarded.get(after.id())).flatMap(CommandSafety::deadMan);
    boolean delivered = before.deliveredMicros() == 0 && after.deliveredMicros() > 0;
    boolean began = after.state() != CommandState.EXPIRED && after.state() != CommandState.REFUSED;
    if (delivered && began) {
      deadMan.ifPresent(d -> deadMen.acknowledged(after, d, round));
      deadMen.mayBeFallback(after, round);
    } else if (delivered || after.state() == CommandState.QUEUED) {
      deadMan.ifPresent(d -> deadMen.notTaken(after, round));
    } else if (after.state() == CommandState.SENT) {
      deadMan.ifPresent(d -> deadMen.sent(after, d, round));
    }
    if (after.isOver()) {
      guarded.remove(after.id());
    }
  }

  DeadMen deadMen() {
    return deadMen;
  }
}
