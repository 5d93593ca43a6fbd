package io.vagus.command;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.CommandSafety.RateLimit;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import java.util.Locale;
import java.util.Optional;

/** Whether a valid command may join the open ones. Pure. */
final class Admission {
  static final int MAX_OPEN = 200_000;
  static final int MAX_OPEN_OF_DEVICE = 64;

  private Admission() {}

  static Command requireSame(Command before, Command wanted) {
    boolean same =
        before.device().equals(wanted.device())
            && before.name().equals(wanted.name())
            && before.arguments().equals(wanted.arguments());
    if (!same) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "Idempotency-Key: was used for another command, %s (expected: a new key)"
              .formatted(before.id()));
    }
    return before;
  }

  static void requireVersion(DeviceLanes lanes, CommandRequest request) {
    if (request.ifVersion().isPresent() && request.ifVersion().getAsLong() != lanes.ordinal()) {
      throw new VagusException(
          ErrorCode.PRECONDITION_FAILED,
          "version: %d (expected: %d; %s sent %s another command meanwhile)"
              .formatted(
                  lanes.ordinal(),
                  request.ifVersion().getAsLong(),
                  lanes.issuer().isEmpty() ? "nobody" : lanes.issuer(),
                  request.device()));
    }
  }

  /** A person counts once, and only as long as it waits for him. */
  static void requireApprovable(Command command, String actor) {
    if (command.state() != CommandState.AWAITING_APPROVAL) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "command: %s is %s (expected: awaiting approval)"
              .formatted(
                  command.id(), command.state().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    }
    if (Transitions.approvers(command).contains(actor)) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "command: %s approved %s before (expected: another person)"
              .formatted(actor, command.id()));
    }
  }

  /** Why it is one too many for the rate limit; empty: it is not. */
  static Optional<Command.Result> beyond(RateLimit limit, int recent) {
    if (recent < limit.count()) {
      return Optional.empty();
    }
    String detail =
        "%d within %s (expected: <= %d)"
            .formatted(recent, Durations.format(limit.per()), limit.count());
    return Optional.of(
        new Command.Result(
            Command.Status.REFUSED, "rate-limit", detail, "{\"recent\":" + recent + "}"));
  }

  static void requireRoom(DeviceLanes lanes, DeviceId device, int open) {
    if (lanes.open() >= MAX_OPEN_OF_DEVICE) {
      throw new VagusException(
          ErrorCode.QUOTA_EXCEEDED,
          "commands: %d of %s are open (expected: < %d)"
              .formatted(lanes.open(), device, MAX_OPEN_OF_DEVICE));
    }
    if (open >= MAX_OPEN) {
      throw new VagusException(
          ErrorCode.BUSY, "commands: " + MAX_OPEN + " are open (expected: fewer)");
    }
  }
}
