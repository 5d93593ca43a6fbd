package io.vagus.registry;

import io.vagus.model.Desired;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Registry.Application;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who hear of changes. Thread-safe. */
public final class Listeners {
  private final List<RegistryListener> listeners = new CopyOnWriteArrayList<>();

  public void add(RegistryListener listener) {
    listeners.add(listener);
  }

  public void devicesCreated(List<Device> devices) {
    listeners.forEach(listener -> devices.forEach(listener::deviceSaved));
  }

  /** Tells also when the change shut it out. */
  public void deviceSaved(Device before, Device after) {
    listeners.forEach(listener -> listener.deviceSaved(after));
    if (before.status().mayConnect() && !after.status().mayConnect()) {
      deviceBarred(after.id());
    }
  }

  public void deviceDeleted(DeviceId device) {
    deviceBarred(device);
    listeners.forEach(listener -> listener.deviceDeleted(device));
  }

  public void productSaved(String product) {
    listeners.forEach(listener -> listener.productSaved(product));
  }

  public void productDeleted(String product) {
    listeners.forEach(listener -> listener.productDeleted(product));
  }

  public void desiredChanged(Desired before, Desired after) {
    listeners.forEach(listener -> listener.desiredChanged(before, after));
  }

  private void deviceBarred(DeviceId device) {
    listeners.forEach(listener -> listener.deviceBarred(device));
  }

  public void groupDeleted(GroupId group) {
    listeners.forEach(listener -> listener.groupDeleted(group));
  }

  public void certificateRevoked(DeviceId device, String serial) {
    listeners.forEach(listener -> listener.certificateRevoked(device, serial));
  }

  public void batchSaved(String batch) {
    listeners.forEach(listener -> listener.batchSaved(batch));
  }

  /** Tells only of rights lost: those gained hurt no open connection. */
  public void applicationSaved(Application before, Application after) {
    if (!after.grants().containsAll(before.grants())) {
      applicationChanged(before.name());
    }
  }

  public void applicationChanged(String name) {
    listeners.forEach(listener -> listener.applicationChanged(name));
  }
}
