package io.vagus.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a device is asked to do, once, and what became of it. Times are microseconds since the
 * epoch; 0: not yet.
 *
 * @param arguments a JSON object, compact
 * @param deadlineMicros by when it must have begun
 * @param effect what reported state is to show; empty: the device's word is enough
 * @param bulk of which bulk command it is a part
 * @param sequence within its lane of the device, given when it is sent; 0 before
 * @param steps every state it was in, the oldest first
 * @param deliveredMicros when the device said that it has it
 * @param executedMicros when the device said that it did it
 * @param verifiedMicros when reported state showed the effect
 * @param result what the device said last, or why it was refused
 */
public record Command(
    String id,
    DeviceId device,
    String name,
    String arguments,
    Lane lane,
    long deadlineMicros,
    Optional<Effect> effect,
    Optional<String> bulk,
    long sequence,
    List<Step> steps,
    long deliveredMicros,
    long executedMicros,
    long verifiedMicros,
    Optional<Result> result) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** Bytes of the arguments as compact JSON. */
  public static final int MAX_ARGUMENT_BYTES = 8 << 10;

  /** A queue of its own: {@code PRIORITY} does not wait for {@code NORMAL}. The order is stored. */
  public enum Lane {
    NORMAL,
    PRIORITY
  }

  /** A reported field and the value that proves the effect. */
  public record Effect(String pointer, String json) {}

  /**
   * A state, and who brought it there.
   *
   * @param actor as the event log names it
   * @param why empty when there is nothing to say
   */
  public record Step(CommandState state, long timeMicros, String actor, String why) {}

  /** How it ended, as the device says. The order is stored. */
  public enum Status {
    SUCCEEDED,
    FAILED,
    EXPIRED,
    UNKNOWN,
    /** An interlock or the rate limit, here or on the device. */
    REFUSED
  }

  /**
   * A device's account; of one that was refused here, the platform's.
   *
   * @param code of one that was refused: the interlock's id
   * @param output JSON; empty without any; of one that was refused: the values that were seen
   */
  public record Result(Status status, String code, String detail, String output) {}

  public Command {
    if (!isValidId(id)) {
      throw new IllegalArgumentException(
          "command: \"" + id + "\" (expected: 1 to 64 of letters, digits, - and _)");
    }
    steps = List.copyOf(steps);
  }

  public static boolean isValidId(String id) {
    return ID.matcher(id).matches();
  }

  public CommandState state() {
    return steps.getLast().state();
  }

  /** Who asked for it. */
  public String issuer() {
    return steps.getFirst().actor();
  }

  public long createdMicros() {
    return steps.getFirst().timeMicros();
  }

  /** When it came to where it is. */
  public long sinceMicros() {
    return steps.getLast().timeMicros();
  }

  public boolean isOver() {
    return state().isOver();
  }

  public Command withStep(Step step) {
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    return with(sequence, more, deliveredMicros, executedMicros, verifiedMicros, result);
  }

  public Command withSequence(long number) {
    return with(number, steps, deliveredMicros, executedMicros, verifiedMicros, result);
  }

  public Command delivered(long micros) {
    return with(sequence, steps, micros, executedMicros, verifiedMicros, result);
  }

  public Command executed(long micros) {
    return with(sequence, steps, deliveredMicros, micros, verifiedMicros, result);
  }

  public Command verified(long micros) {
    return with(sequence, steps, deliveredMicros, executedMicros, micros, result);
  }

  public Command withResult(Result said) {
    return with(
        sequence, steps, deliveredMicros, executedMicros, verifiedMicros, Optional.of(said));
  }

  private Command with(
      long number,
      List<Step> newSteps,
      long delivered,
      long executed,
      long verified,
      Optional<Result> said) {
    return new Command(
        id,
        device,
        name,
        arguments,
        lane,
        deadlineMicros,
        effect,
        bulk,
        number,
        newSteps,
        delivered,
        executed,
        verified,
        said);
  }
}
