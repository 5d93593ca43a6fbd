package io.vagus.registry;

import io.vagus.model.Desired;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;

/** Hears of changes that others keep in memory or must act on at once. */
public interface RegistryListener {

  /** The device is new or has changed; not told of a secret. */
  default void deviceSaved(Device device) {}

  /** The device is no more; {@link #deviceBarred} is told too. */
  default void deviceDeleted(DeviceId device) {}

  /** The device was shut out or deleted: it may no longer be connected. */
  void deviceBarred(DeviceId device);

  /** A product is new, or has another version. */
  default void productSaved(String product) {}

  /** The product is no more. */
  default void productDeleted(String product) {}

  /** Another version of what the platform wants the device to be. */
  default void desiredChanged(Desired before, Desired after) {}

  /** A device's certificate was revoked: who came with it may no longer be connected. */
  default void certificateRevoked(DeviceId device, String serial) {}

  /** The group is no more. */
  default void groupDeleted(GroupId group) {}

  /** A batch is new, or was closed. */
  default void batchSaved(String batch) {}

  /** An application lost grants or was deleted. */
  void applicationChanged(String name);
}
