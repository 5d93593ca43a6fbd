package io.vagus.server;

import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.model.Reading;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.RegistryListener;
import io.vagus.series.LiveReadings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes a device active when the first of its messages is accepted. Only devices that wait for that
 * are looked for among the readings, and those of a while become active in one transaction, so that
 * messages pay nothing for it. One thread owns it; what waits is thread-safe.
 */
final class FirstContact implements RegistryListener, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FirstContact.class.getName());
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final int PAGE = 1000;

  private final Registry registry;
  private final Set<DeviceId> waiting = ConcurrentHashMap.newKeySet();
  private final LiveReadings.Subscription heard;
  private final Thread thread;

  /** Heard, and not noted yet: as many as wait at most. The thread's own. */
  private final Set<DeviceId> due = new HashSet<>();

  private boolean failing;

  private FirstContact(Registry registry, LiveReadings live) {
    this.registry = registry;
    this.heard = live.subscribe(waiting::contains);
    this.thread = Thread.ofVirtual().name("first-contact").unstarted(this::run);
  }

  static FirstContact start(Registry registry, LiveReadings live) {
    FirstContact contact = new FirstContact(registry, live);
    registry.addListener(contact);
    contact.thread.start();
    return contact;
  }

  private void run() {
    try {
      load(Device.Status.REGISTERED);
      load(Device.Status.PROVISIONED);
      while (!Thread.currentThread().isInterrupted()) {
        heard.poll(WAIT).stream().map(Reading::device).forEach(due::add);
        activate();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void load(Device.Status status) {
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = registry.devices(DeviceFilter.ALL.withStatus(status), cursor, PAGE);
      page.items().forEach(this::deviceSaved);
      cursor = page.next();
    } while (cursor.isPresent() && !Thread.currentThread().isInterrupted());
  }

  private void activate() {
    if (due.isEmpty()) {
      return;
    }
    try {
      registry.activate(List.copyOf(due));
      due.clear();
      failing = false;
    } catch (VagusException e) {
      if (!failing) {
        LOG.log(System.Logger.Level.WARNING, "cannot note yet that devices were heard", e);
      }
      failing = true;
    }
  }

  @Override
  public void deviceSaved(Device device) {
    switch (device.status()) {
      case REGISTERED, PROVISIONED -> waiting.add(device.id());
      case ACTIVE, SUSPENDED, QUARANTINED, IN_TRANSFER, RETURNED, RETIRED ->
          waiting.remove(device.id());
    }
  }

  @Override
  public void deviceDeleted(DeviceId device) {
    waiting.remove(device);
  }

  @Override
  public void deviceBarred(DeviceId device) {
    // deviceSaved or deviceDeleted says it too.
  }

  @Override
  public void applicationChanged(String name) {
    // No device.
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
