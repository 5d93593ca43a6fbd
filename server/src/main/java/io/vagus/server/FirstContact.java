package io.vagus.server;

import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.model.Reading;
import io.vagus.registry.BatchMember.Heard;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.RegistryListener;
import io.vagus.series.LiveReadings;
import io.vagus.watch.PastConnection;
import io.vagus.watch.Watch;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final Watch watch;
  private final Set<DeviceId> waiting = ConcurrentHashMap.newKeySet();
  private final LiveReadings.Subscription heard;
  private final Thread thread;

  /** Heard, and not noted yet: as many as wait at most. The thread's own. */
  private final Map<DeviceId, Heard> due = new LinkedHashMap<>();

  private boolean loaded;
  private boolean failing;

  private FirstContact(Registry registry, Watch watch, LiveReadings live) {
    this.registry = registry;
    this.watch = watch;
    this.heard = live.subscribe(waiting::contains);
    this.thread = Thread.ofVirtual().name("first-contact").unstarted(this::run);
  }

  static FirstContact start(Registry registry, Watch watch, LiveReadings live) {
    FirstContact contact = new FirstContact(registry, watch, live);
    registry.addListener(contact);
    contact.thread.start();
    return contact;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        keepUp();
        heard.poll(WAIT).forEach(this::hear);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does what is due; what the registry cannot do now stays due. */
  private void keepUp() {
    try {
      if (!loaded) {
        load(Device.Status.REGISTERED);
        load(Device.Status.PROVISIONED);
        loaded = true;
      }
      activate();
      failing = false;
    } catch (VagusException e) {
      if (!failing) {
        LOG.log(System.Logger.Level.WARNING, "cannot note yet that devices were heard", e);
      }
      failing = true;
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

  private void hear(Reading reading) {
    due.computeIfAbsent(
        reading.device(),
        device -> new Heard(connected(device), instant(reading.receivedMicros())));
  }

  /** Its first connection, as far as it is known. */
  private Optional<Instant> connected(DeviceId device) {
    List<PastConnection> known = watch.connections(device);
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(instant(known.getLast().openedMicros()));
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private void activate() {
    if (due.isEmpty()) {
      return;
    }
    registry.together(() -> {
      registry.activate(List.copyOf(due.keySet()));
      registry.batches().heard(due);
      return due;
    });
    due.clear();
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
