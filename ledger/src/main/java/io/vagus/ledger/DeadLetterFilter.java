package io.vagus.ledger;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which dead letters; all conditions hold at once.
 *
 * @param fromMicros received at this time or later
 * @param toMicros received before
 * @param within asked of each device, last of all
 */
public record DeadLetterFilter(
    Optional<DeviceId> device,
    Optional<String> product,
    Optional<ErrorCode> reason,
    long fromMicros,
    long toMicros,
    Predicate<DeviceId> within) {
  public static final DeadLetterFilter ALL =
      new DeadLetterFilter(
          Optional.empty(), Optional.empty(), Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);

  /** Of any device. */
  public DeadLetterFilter(
      Optional<DeviceId> device,
      Optional<String> product,
      Optional<ErrorCode> reason,
      long fromMicros,
      long toMicros) {
    this(device, product, reason, fromMicros, toMicros, any -> true);
  }

  /** Of those devices only. */
  public DeadLetterFilter within(Predicate<DeviceId> wanted) {
    return new DeadLetterFilter(device, product, reason, fromMicros, toMicros, wanted);
  }

  public boolean matches(DeadLetter letter) {
    long received = letter.envelope().receivedMicros();
    return device.map(letter.envelope().device()::equals).orElse(true)
        && product.map(letter.envelope().product()::equals).orElse(true)
        && reason.map(r -> r == letter.reason()).orElse(true)
        && received >= fromMicros
        && received < toMicros
        && within.test(letter.envelope().device());
  }
}
