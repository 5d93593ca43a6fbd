package io.vagus.registry;

import io.vagus.model.DeviceId;
import java.time.Instant;
import java.util.Optional;

/**
 * A device on a batch's list.
 *
 * @param serialNumber of its hardware, as its hardware identity says it
 */
public record BatchMember(
    DeviceId device, Optional<String> serialNumber, Optional<Enrolled> enrolled) {

  /**
   * When it enrolled.
   *
   * @param by such as {@code token 5f0e}
   */
  public record Enrolled(Instant at, String by) {}

  public static BatchMember listed(DeviceId device, Optional<String> serialNumber) {
    return new BatchMember(device, serialNumber, Optional.empty());
  }
}
