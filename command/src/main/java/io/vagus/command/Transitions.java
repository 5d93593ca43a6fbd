package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Result;
import io.vagus.model.Command.Status;
import io.vagus.model.Command.Step;
import io.vagus.model.CommandSafety;
import io.vagus.model.CommandState;
import io.vagus.registry.Actor;
import java.util.List;
import java.util.Optional;

/**
 * What happens to a command, pure. Empty: it changes nothing, as what was heard before and what
 * comes too late.
 *
 * <pre>
 *              | sent   not taken  ack     result           cancel     deadline   given up
 * -------------+---------------------------------------------------------------------------
 * awaiting     | –      –          –       –                cancelled  expired    –
 * queued       | sent   –          –       –                cancelled  expired    –
 * sent         | –      queued     ack'd   ack'd, then as   –          –          unknown
 * acknowledged | –      –          –       by its status    –          –          unknown, or succeeded
 * unknown      | –      –          –       unless unknown   –          –          –   when it is verified
 * over         | –      –          –       –                –          –          –
 * </pre>
 *
 * Awaiting approval becomes queued with the second person; both become refused when an interlock
 * speaks against it. A result of {@code succeeded} ends a command only when its effect is verified
 * too, where it has one.
 */
final class Transitions {
  private static final String NOTHING = "";

  private Transitions() {}

  private static Command step(Command command, CommandState state, long now, String actor) {
    return step(command, state, now, actor, NOTHING);
  }

  private static Command step(
      Command command, CommandState state, long now, String actor, String why) {
    return command.withStep(new Step(state, now, actor, why));
  }

  private static String system() {
    return Actor.SYSTEM.text();
  }

  private static String device(Command command) {
    return Actor.device(command.device()).text();
  }

  static Optional<Command> sent(Command command, long sequence, long now) {
    return command.state() == CommandState.QUEUED
        ? Optional.of(step(command.withSequence(sequence), CommandState.SENT, now, system()))
        : Optional.empty();
  }

  /** No connection took it: it certainly did not reach the device this time. */
  static Optional<Command> notTaken(Command command, boolean first, long now) {
    return command.state() == CommandState.SENT && first
        ? Optional.of(
            step(command, CommandState.QUEUED, now, system(), "the device is not connected"))
        : Optional.empty();
  }

  static Optional<Command> acknowledged(Command command, long now) {
    return switch (command.state()) {
      case SENT ->
          Optional.of(
              step(command.delivered(now), CommandState.ACKNOWLEDGED, now, device(command)));
      case UNKNOWN ->
          command.deliveredMicros() == 0 ? Optional.of(command.delivered(now)) : Optional.empty();
      case CREATED,
          VALIDATED,
          QUEUED,
          ACKNOWLEDGED,
          SUCCEEDED,
          FAILED,
          EXPIRED,
          CANCELLED,
          AWAITING_APPROVAL,
          REFUSED ->
          Optional.empty();
    };
  }

  static Optional<Command> result(Command command, Result result, long now) {
    boolean first = command.result().isEmpty();
    boolean better =
        command.state() == CommandState.UNKNOWN
            && result.status() != Status.UNKNOWN
            && (first || command.result().get().status() == Status.UNKNOWN);
    boolean awaited =
        command.state() == CommandState.SENT || command.state() == CommandState.ACKNOWLEDGED;
    if (!better && !(awaited && first)) {
      return Optional.empty();
    }
    Command heard = acknowledged(command, now).orElse(command).withResult(result);
    return Optional.of(
        switch (result.status()) {
          case SUCCEEDED -> succeeded(heard.executed(now), now, device(command));
          case FAILED -> step(heard, CommandState.FAILED, now, device(command), result.code());
          case EXPIRED -> step(heard, CommandState.EXPIRED, now, device(command), result.code());
          case UNKNOWN -> step(heard, CommandState.UNKNOWN, now, device(command), result.code());
          case REFUSED -> step(heard, CommandState.REFUSED, now, device(command), why(result));
        });
  }

  private static Command succeeded(Command executed, long now, String actor) {
    boolean proved = executed.effect().isEmpty() || executed.verifiedMicros() > 0;
    return proved ? step(executed, CommandState.SUCCEEDED, now, actor) : executed;
  }

  /** Reported state shows the effect. */
  static Optional<Command> verified(Command command, long now) {
    boolean awaited =
        command.state() == CommandState.SENT || command.state() == CommandState.ACKNOWLEDGED;
    if (command.effect().isEmpty() || command.verifiedMicros() > 0 || !awaited) {
      return Optional.empty();
    }
    Command seen = command.verified(now);
    return Optional.of(
        seen.executedMicros() > 0
            ? step(seen, CommandState.SUCCEEDED, now, device(command))
            : seen);
  }

  static Optional<Command> cancelled(Command command, String actor, long now) {
    return isHeld(command)
        ? Optional.of(step(command, CommandState.CANCELLED, now, actor))
        : Optional.empty();
  }

  /** Whether it never left the platform. */
  private static boolean isHeld(Command command) {
    return command.state() == CommandState.QUEUED
        || command.state() == CommandState.AWAITING_APPROVAL;
  }

  /** It may no longer begin. */
  static Optional<Command> expired(Command command, long now) {
    String what = command.state() == CommandState.QUEUED ? "sent" : "approved";
    String why = "not " + what + " before its deadline";
    return isHeld(command)
        ? Optional.of(step(command, CommandState.EXPIRED, now, system(), why))
        : Optional.empty();
  }

  /** An interlock or the rate limit speaks against it. */
  static Command refused(Command command, Result why, long now) {
    return step(command.withResult(why), CommandState.REFUSED, now, system(), why(why));
  }

  static Command awaiting(Command command, long now) {
    String why = CommandSafety.APPROVALS + " people must approve";
    return step(command, CommandState.AWAITING_APPROVAL, now, system(), why);
  }

  private static String why(Result result) {
    return result.code() + ": " + result.detail();
  }

  /** One more person is for it. */
  static Command approved(Command command, String actor, long now) {
    int approvals = approvers(command).size() + 1;
    String why = "approved, %d of %d".formatted(approvals, CommandSafety.APPROVALS);
    return step(command, CommandState.AWAITING_APPROVAL, now, actor, why);
  }

  /** Nothing speaks against it any more. */
  static Command queued(Command command, long now) {
    return step(
        step(command, CommandState.VALIDATED, now, system()), CommandState.QUEUED, now, system());
  }

  /** Who is for it. */
  static List<String> approvers(Command command) {
    return command.steps().stream()
        .filter(s -> s.state() == CommandState.AWAITING_APPROVAL && !s.actor().equals(system()))
        .map(Step::actor)
        .toList();
  }

  /** Nothing more is waited for. */
  static Optional<Command> givenUp(Command command, long now) {
    return switch (command.state()) {
      case SENT ->
          Optional.of(
              step(command, CommandState.UNKNOWN, now, system(), "sent, and never acknowledged"));
      case ACKNOWLEDGED -> Optional.of(ended(command, now));
      case CREATED,
          VALIDATED,
          QUEUED,
          SUCCEEDED,
          FAILED,
          EXPIRED,
          CANCELLED,
          UNKNOWN,
          AWAITING_APPROVAL,
          REFUSED ->
          Optional.empty();
    };
  }

  private static Command ended(Command command, long now) {
    if (command.verifiedMicros() > 0) {
      return step(command, CommandState.SUCCEEDED, now, system(), "verified, without a result");
    }
    String why =
        command.executedMicros() > 0
            ? "executed, but "
                + command.effect().map(Command.Effect::pointer).orElse("")
                + " is not "
                + command.effect().map(Command.Effect::json).orElse("")
            : "acknowledged, and no result came";
    return step(command, CommandState.UNKNOWN, now, system(), why);
  }
}
