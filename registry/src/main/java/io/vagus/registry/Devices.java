package io.vagus.registry;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Registry.Child;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The devices of a registry. Calls may block on disk, but for {@link #child}. Thread-safe. Bad
 * input is a {@code VagusException} of kind USER.
 */
public interface Devices {

  Device createDevice(NewDevice device);

  /**
   * All or, for a line that is refused, none: the message names the line. A gateway may stand in an
   * earlier line than the devices behind it.
   */
  List<Device> createDevices(List<NewDevice> devices);

  Optional<Device> device(DeviceId id);

  /**
   * What a gateway's message for the device needs; empty when it is behind none. From memory: the
   * way of a message may call it.
   */
  Optional<Child> child(DeviceId id);

  /** Sorted by id. */
  Page<Device> devices(DeviceFilter filter, Optional<String> cursor, int limit);

  long countDevices(DeviceFilter filter);

  /**
   * Changes what the patch names.
   *
   * @param ifVersion refused with PRECONDITION_FAILED when the device has another version by now
   */
  Device updateDevice(DeviceId id, DevicePatch patch, OptionalLong ifVersion);

  /** Refused with CONFLICT while other devices are behind it. */
  void deleteDevice(DeviceId id);

  /** Replaces the device's secret; open connections stay, the old secret opens no new one. */
  void rotateSecret(DeviceId id, Secret secret);

  /**
   * Takes the device's secret away: what it was opens no new connection, and nothing takes its
   * place.
   *
   * @return false when it had none
   */
  boolean takeSecret(DeviceId id);

  /**
   * Those of the devices that were never active become so, in one transaction; others, and those
   * that are gone, stay as they are.
   */
  void activate(List<DeviceId> heard);
}
