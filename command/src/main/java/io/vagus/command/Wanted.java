package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Result;
import io.vagus.model.CommandSafety;
import java.util.Optional;

/**
 * A valid request.
 *
 * @param created the command that is to be made of it, as far as it is created
 */
record Wanted(Command created, CommandSafety safety) {

  /** What becomes of it: queued, awaiting approval, or refused. */
  Command decided(Optional<Result> refusal) {
    long now = created.createdMicros();
    if (refusal.isPresent()) {
      return Transitions.refused(created, refusal.get(), now);
    }
    return safety.twoPersons() ? Transitions.awaiting(created, now) : queued();
  }

  Command queued() {
    return Transitions.queued(created, created.createdMicros());
  }
}
