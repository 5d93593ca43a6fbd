package io.vagus.registry;

import io.vagus.model.DeviceId;

/** Hears of what open connections must know at once. */
public interface RegistryListener {

  /** The device was suspended or deleted: it may no longer be connected. */
  void deviceBarred(DeviceId device);

  /** A device's certificate was revoked: who came with it may no longer be connected. */
  default void certificateRevoked(DeviceId device, String serial) {}

  /** An application lost grants or was deleted. */
  void applicationChanged(String name);
}
