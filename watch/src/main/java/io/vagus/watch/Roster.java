package io.vagus.watch;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.model.Transport;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.RegistryListener;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Every device that is registered, connected or heard, and what is kept of it. Bounded by the
 * number of such devices, some 300 bytes for each. Thread-safe.
 */
final class Roster implements RegistryListener {
  private static final int PAGE = 1000;

  private final SilenceBound silence;
  private final ConcurrentHashMap<DeviceId, DeviceActivity> devices = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<GroupId, GroupId> groups = new ConcurrentHashMap<>();

  Roster(SilenceBound silence) {
    this.silence = silence;
  }

  /** Takes in what the registry holds; it also hears of changes from before this call. */
  void load(Registry registry) {
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = registry.devices(DeviceFilter.ALL, cursor, PAGE);
      page.items().forEach(this::deviceSaved);
      cursor = page.next();
    } while (cursor.isPresent() && !Thread.currentThread().isInterrupted());
  }

  // ---- the registry's

  @Override
  public void deviceSaved(Device device) {
    devices.compute(
        device.id(),
        (id, known) -> {
          DeviceActivity activity = known == null ? new DeviceActivity(id, "") : known;
          if (device.version() > activity.version) {
            activity.version = device.version();
            activity.product = device.product();
            activity.status = device.status();
            activity.lat = device.location().map(l -> (float) l.lat()).orElse(Float.NaN);
            activity.lon = device.location().map(l -> (float) l.lon()).orElse(Float.NaN);
            activity.group = device.group().map(this::held).orElse(null);
          }
          return activity;
        });
  }

  /** One object for all devices of a group. */
  private GroupId held(GroupId group) {
    return groups.computeIfAbsent(group, g -> g);
  }

  @Override
  public void deviceDeleted(DeviceId device) {
    devices.computeIfPresent(
        device,
        (id, known) -> {
          known.version = 0;
          known.status = Device.Status.ACTIVE;
          known.group = null;
          return known.held ? known : null;
        });
  }

  @Override
  public void deviceBarred(DeviceId device) {
    // Its connections end by themselves, and say so.
  }

  @Override
  public void applicationChanged(String name) {
    // No device.
  }

  // ---- the processing's

  DeviceActivity hold(DeviceId device, String product) {
    return devices.compute(
        device,
        (id, known) -> {
          DeviceActivity activity = known == null ? new DeviceActivity(id, product) : known;
          activity.held = true;
          return activity;
        });
  }

  // ---- the listeners'

  Optional<String> elsewhere(DeviceId device, String address, long nowMicros) {
    DeviceActivity known = devices.get(device);
    return known == null ? Optional.empty() : known.elsewhere(address, nowMicros);
  }

  Link opened(
      DeviceId device, Transport transport, String address, int keepAliveSeconds, long nowMicros) {
    return known(device).opened(transport, address, keepAliveSeconds, nowMicros);
  }

  void heard(DeviceId device, Transport transport, String address, long nowMicros) {
    DeviceActivity activity = known(device);
    activity.heard(transport, address, nowMicros, silence.micros(activity.product));
  }

  /** Counts for a device that is known; others take no memory. */
  void error(DeviceId device, long nowMicros) {
    DeviceActivity known = devices.get(device);
    if (known != null) {
      known.error(nowMicros);
    }
  }

  private DeviceActivity known(DeviceId device) {
    DeviceActivity known = devices.get(device);
    return known == null
        ? devices.computeIfAbsent(device, id -> new DeviceActivity(id, ""))
        : known;
  }

  // ---- reading

  Contact contact(DeviceId device, long nowMicros) {
    DeviceActivity known = devices.get(device);
    return known == null
        ? Contact.NONE
        : Contact.of(known, nowMicros, silence.micros(known.product));
  }

  /** What is kept of it, if anything is. */
  Optional<DeviceActivity> find(DeviceId device) {
    return Optional.ofNullable(devices.get(device));
  }

  void forEach(Within within, Consumer<DeviceActivity> visitor) {
    for (DeviceActivity device : devices.values()) {
      if (within.holds(device.group())) {
        visitor.accept(device);
      }
    }
  }

  boolean isIn(DeviceId device, Within within) {
    DeviceActivity known = devices.get(device);
    return known != null && known.isRegistered() && within.holds(known.group());
  }

  /** Sees each registered device, with the time after which it is silent. */
  @FunctionalInterface
  interface Visitor {
    void see(DeviceActivity device, long silenceMicros);
  }

  void visit(Within within, Visitor visitor) {
    Map<String, Long> silences = new HashMap<>();
    for (DeviceActivity device : devices.values()) {
      if (device.isRegistered() && within.holds(device.group())) {
        visitor.see(device, silences.computeIfAbsent(device.product, silence::micros));
      }
    }
  }

  /** The first so many after an id. */
  List<DeviceId> list(
      WatchFilter filter,
      Optional<String> product,
      Optional<Device.Status> status,
      Optional<DeviceId> after,
      int limit,
      long nowMicros) {
    PriorityQueue<DeviceId> first = new PriorityQueue<>(limit + 1, Comparator.reverseOrder());
    visit(
        filter.within(),
        (device, silenceMicros) -> {
          DeviceId id = device.device();
          boolean wanted =
              (after.isEmpty() || id.compareTo(after.get()) > 0)
                  && (product.isEmpty() || device.product.equals(product.get()))
                  && (status.isEmpty() || device.status == status.get())
                  && (first.size() < limit || id.compareTo(first.element()) < 0);
          if (wanted && fits(device, filter, nowMicros, silenceMicros)) {
            first.add(id);
            if (first.size() > limit) {
              first.remove();
            }
          }
        });
    return first.stream().sorted().toList();
  }

  private static boolean fits(
      DeviceActivity device, WatchFilter filter, long nowMicros, long silenceMicros) {
    return filter.box().map(box -> box.holds(device.lat, device.lon)).orElse(true)
        && filter.contact().map(Contact.of(device, nowMicros, silenceMicros)::is).orElse(true);
  }

  FleetCounts count(Within within, long nowMicros) {
    Map<String, long[]> products = new HashMap<>();
    long[] all = new long[5];
    visit(
        within,
        (device, silenceMicros) -> {
          long[] ofProduct = products.computeIfAbsent(device.product, p -> new long[2]);
          boolean connected = device.isConnected(nowMicros, silenceMicros);
          all[0]++;
          all[1] += device.status.mayConnect() ? 0 : 1;
          all[2] += connected ? 1 : 0;
          all[3] += device.isSilent(nowMicros, silenceMicros) ? 1 : 0;
          all[4] += device.heardMicros() == 0 ? 1 : 0;
          ofProduct[0]++;
          ofProduct[1] += connected ? 1 : 0;
        });
    Map<String, FleetCounts.Product> byProduct = new HashMap<>();
    products.forEach((id, n) -> byProduct.put(id, new FleetCounts.Product(n[0], n[1])));
    return new FleetCounts(all[0], all[1], all[2], all[3], all[4], byProduct);
  }
}
