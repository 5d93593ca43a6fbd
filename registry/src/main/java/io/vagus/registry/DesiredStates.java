package io.vagus.registry;

import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.model.DocumentPatch;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the platform wants devices to be. A change is one event and one row, in one transaction.
 * Calls may block on disk. Thread-safe.
 */
public interface DesiredStates {

  /** Version 0 when nobody ever said anything; of a device that is not there, too. */
  Desired of(DeviceId device);

  /**
   * Changes what the patch names. One that changes nothing makes no version.
   *
   * @param ifVersion refused with PRECONDITION_FAILED when the desired state has another version by
   *     now
   */
  default Desired change(DeviceId device, DocumentPatch patch, OptionalLong ifVersion) {
    return change(List.of(new Change(device, patch)), ifVersion).getFirst();
  }

  /** All in one transaction, or for one that is refused, none; the answers in their order. */
  List<Desired> change(List<Change> changes, OptionalLong ifVersion);

  /** As it was then; version 0 before the first. */
  Desired asOf(DeviceId device, Instant time);

  /**
   * Those with a version, in order of their devices.
   *
   * @param after the last one had
   */
  List<Desired> page(Optional<DeviceId> after, int limit);

  /** What to change of one device. */
  record Change(DeviceId device, DocumentPatch patch) {}
}
