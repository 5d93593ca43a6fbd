package io.vagus.ledger;

import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import java.util.Optional;

/**
 * Both copies of a message that came twice, by their ids; {@link Ledger#trace} tells the rest.
 *
 * @param path how this copy came
 * @param firstPath how the first one came; both paths are empty once the journal no longer holds
 *     the copy
 */
public record Duplicate(
    DeviceId device,
    String id,
    Optional<Path> path,
    String duplicateOf,
    Optional<Path> firstPath,
    DuplicateCause cause,
    long receivedMicros) {

  /**
   * How one copy came, and when.
   *
   * @param gateway empty when the device sent it itself
   */
  public record Path(Transport listener, Optional<DeviceId> gateway, long receivedMicros) {}
}
