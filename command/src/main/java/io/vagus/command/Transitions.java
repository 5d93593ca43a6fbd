package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Command.Result;
import io.vagus.model.Command.Status;
import io.vagus.model.Command.Step;
import io.vagus.model.CommandState;
import io.vagus.registry.Actor;
import java.util.Optional;

/**
 * What happens to a command, pure. Empty: it changes nothing, as what was heard before and what
 * comes too late.
 *
 * <pre>
 *              | sent   not taken  ack     result           cancel     deadline   given up
 * -------------+---------------------------------------------------------------------------
 * queued       | sent   –          –       –                cancelled  expired    –
 * sent         | –      queued     ack'd   ack'd, then as   –          –          unknown
 * acknowledged | –      –          –       by its status    –          –          unknown, or succeeded
 * unknown      | –      –          –       unless unknown   –          –          –   when it is verified
 * over         | –      –          –       –                –          –          –
 * </pre>
 *
 * A result of {@code succeeded} ends a command only when its effect is verified too, where it has
 * one.
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
      case CREATED, VALIDATED, QUEUED, ACKNOWLEDGED, SUCCEEDED, FAILED, EXPIRED, CANCELLED ->
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
    return command.state() == CommandState.QUEUED
        ? Optional.of(step(command, CommandState.CANCELLED, now, actor))
        : Optional.empty();
  }

  /** It may no longer begin. */
  static Optional<Command> expired(Command command, long now) {
    return command.state() == CommandState.QUEUED
        ? Optional.of(
            step(command, CommandState.EXPIRED, now, system(), "not sent before its deadline"))
        : Optional.empty();
  }

  /** Nothing more is waited for. */
  static Optional<Command> givenUp(Command command, long now) {
    return switch (command.state()) {
      case SENT ->
          Optional.of(
              step(command, CommandState.UNKNOWN, now, system(), "sent, and never acknowledged"));
      case ACKNOWLEDGED -> Optional.of(ended(command, now));
      case CREATED, VALIDATED, QUEUED, SUCCEEDED, FAILED, EXPIRED, CANCELLED, UNKNOWN ->
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
