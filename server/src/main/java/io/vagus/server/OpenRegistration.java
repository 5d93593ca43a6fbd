package io.vagus.server;

import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.model.Reading;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.series.LiveReadings;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * In open mode, registers devices as they are first heard, so that who tries Vagus out finds them
 * in lists. Without a secret: they stay shut out of a server that is not open. One thread owns it.
 */
final class OpenRegistration implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(OpenRegistration.class.getName());
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final int REMEMBERED = 100_000;

  private final Registry registry;
  private final LiveReadings.Subscription heard;
  private final Set<DeviceId> seen = new HashSet<>();
  private final Thread thread;

  private OpenRegistration(Registry registry, LiveReadings live) {
    this.registry = registry;
    this.heard = live.subscribe(device -> true);
    this.thread = Thread.ofVirtual().name("open-registration").unstarted(this::run);
  }

  static OpenRegistration start(Registry registry, LiveReadings live) {
    if (registry.model(ProductModel.OPEN.id()).isEmpty()) {
      registry.saveProduct(ProductModel.OPEN);
    }
    OpenRegistration registration = new OpenRegistration(registry, live);
    registration.thread.start();
    return registration;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        for (Reading reading : heard.poll(WAIT)) {
          if (seen.size() >= REMEMBERED) {
            seen.clear();
          }
          if (seen.add(reading.device())) {
            register(reading.device());
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void register(DeviceId device) {
    try {
      if (registry.device(device).isEmpty()) {
        registry.createDevice(
            new NewDevice(device, ProductModel.OPEN.id(), "", Map.of(), Optional.empty()));
      }
    } catch (VagusException e) {
      seen.remove(device);
      LOG.log(System.Logger.Level.WARNING, "cannot register " + device, e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    heard.close();
  }
}
