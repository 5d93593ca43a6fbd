package io.vagus.registry;

import io.vagus.model.DeviceId;
import java.time.Instant;
import java.util.Optional;

/**
 * A device on a batch's list, and how far it has come.
 *
 * @param serialNumber of its hardware, as its hardware identity says it
 * @param listedAt when it came onto the list; empty: before that was noted
 * @param heard empty until a message of it was accepted
 */
public record BatchMember(
    DeviceId device,
    Optional<String> serialNumber,
    Optional<Instant> listedAt,
    Optional<Enrolled> enrolled,
    Optional<Heard> heard) {

  /**
   * When it enrolled.
   *
   * @param by such as {@code token 5f0e}
   */
  public record Enrolled(Instant at, String by) {}

  /**
   * When its first message after it enrolled was accepted.
   *
   * @param connected when the connection was opened that brought it; empty for a request
   */
  public record Heard(Optional<Instant> connected, Instant accepted) {}

  public static BatchMember listed(DeviceId device, Optional<String> serialNumber) {
    return new BatchMember(
        device, serialNumber, Optional.empty(), Optional.empty(), Optional.empty());
  }

  public BatchMember listedAt(Instant at) {
    return new BatchMember(device, serialNumber, Optional.of(at), enrolled, heard);
  }

  /** Not heard since. */
  public BatchMember enrolledBy(Enrolled how) {
    return new BatchMember(device, serialNumber, listedAt, Optional.of(how), Optional.empty());
  }

  public BatchMember heardBy(Heard first) {
    return new BatchMember(device, serialNumber, listedAt, enrolled, Optional.of(first));
  }

  /** As it was before it enrolled. */
  public BatchMember fresh() {
    return new BatchMember(device, serialNumber, listedAt, Optional.empty(), Optional.empty());
  }

  public boolean waitsToBeHeard() {
    return enrolled.isPresent() && heard.isEmpty();
  }
}
