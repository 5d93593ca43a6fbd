package io.vagus.twin;

import io.vagus.expression.Guard;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.ProductModel;
import io.vagus.model.TwinModel;
import io.vagus.registry.DesiredStates.Change;
import io.vagus.registry.Registry;
import io.vagus.registry.RegistryListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the twins of new devices from their products' templates, and moves the others to a new
 * version when somebody asks for it. One thread does the former, some hundred in a transaction. A
 * device is new as long as nobody ever said what it is to be: when it is made, and whenever it
 * connects. Owns its lock; thread-safe.
 */
public final class Templates implements RegistryListener, AutoCloseable {
  /** Devices changed in one transaction. */
  public static final int AT_ONCE = 500;

  private static final System.Logger LOG = System.getLogger(Templates.class.getName());

  /** More wait for their next connection. */
  private static final int MAX_WAITING = 200_000;

  /** Versions before a product's last that are looked at. */
  private static final int MAX_EARLIER = 100;

  private final Registry registry;
  private final DesiredChanges desired;
  private final LinkedHashSet<DeviceId> waiting = new LinkedHashSet<>();
  private final Thread thread = Thread.ofPlatform().name("twin-templates").unstarted(this::run);
  private boolean closed;
  private volatile String failure = "";

  private Templates(Registry registry, DesiredChanges desired) {
    this.registry = registry;
    this.desired = desired;
  }

  /** Begins with the devices made from now on. */
  public static Templates start(Registry registry, DesiredChanges desired) {
    Templates templates = new Templates(registry, desired);
    registry.addListener(templates);
    templates.thread.start();
    return templates;
  }

  @Override
  public void deviceSaved(Device device) {
    if (device.version() == 1) {
      look(device.id());
    }
  }

  @Override
  public void deviceBarred(DeviceId device) {}

  @Override
  public void applicationChanged(String name) {}

  /** The device is connected. Any thread; from memory. */
  public void arrived(DeviceId device) {
    look(device);
  }

  private void look(DeviceId device) {
    if (registry.products().stream().noneMatch(Templates::hasDefaults)) {
      return;
    }
    synchronized (this) {
      if (waiting.size() < MAX_WAITING && waiting.add(device)) {
        notifyAll();
      }
    }
  }

  private static boolean hasDefaults(ProductModel product) {
    return !product.twin().defaults().isEmpty();
  }

  /** What the product's template would make of devices, in their order. */
  public List<TemplateChange> plan(ProductModel product, List<Device> devices) {
    Template template = template(product);
    return devices.stream()
        .map(device -> template.change(registry.desired().of(device.id())))
        .toList();
  }

  private Template template(ProductModel product) {
    List<Document> earlier = new ArrayList<>();
    for (int v = product.version() - 1; v >= 1 && earlier.size() < MAX_EARLIER; v--) {
      registry
          .model(product.id(), v)
          .map(ProductModel::twin)
          .map(TwinModel::defaults)
          .filter(defaults -> !defaults.isEmpty() && !earlier.contains(defaults))
          .ifPresent(earlier::add);
    }
    return new Template(product.twin().defaults(), earlier);
  }

  /**
   * Changes those of the plan that can be, and are not as it says already.
   *
   * @return the plan, with what came between for those that could not be after all
   */
  public List<TemplateChange> apply(List<TemplateChange> plan) {
    Set<DeviceId> guarded =
        plan.stream()
            .filter(Templates::isDue)
            .map(TemplateChange::device)
            .filter(desired::isGuarded)
            .collect(Collectors.toSet());
    List<Change> changes =
        plan.stream()
            .filter(c -> isDue(c) && !guarded.contains(c.device()))
            .map(c -> new Change(c.device(), c.patch()))
            .toList();
    boolean done = isDone(changes);
    return plan.stream()
        .map(c -> isDue(c) && (!done || guarded.contains(c.device())) ? alone(c) : c)
        .toList();
  }

  /** All together; false: one of them does not fit, and none was changed. */
  private boolean isDone(List<Change> changes) {
    try {
      var unused =
          changes.isEmpty() ? changes : registry.desired().change(changes, OptionalLong.empty());
      return true;
    } catch (VagusException e) {
      return false;
    }
  }

  private static boolean isDue(TemplateChange change) {
    return change.violations().isEmpty() && !change.patch().isEmpty();
  }

  private TemplateChange alone(TemplateChange change) {
    try {
      return switch (desired.change(change.device(), change.patch(), OptionalLong.empty())) {
        case DesiredChanges.Changed changed -> change;
        case DesiredChanges.Refused(Guard.Refusal why) ->
            new TemplateChange(
                change.device(), change.patch(), List.of(why.interlock() + ": " + why.detail()));
      };
    } catch (VagusException e) {
      return new TemplateChange(
          change.device(), change.patch(), List.of(String.valueOf(e.getMessage())));
    }
  }

  private void run() {
    try {
      List<DeviceId> some = take();
      while (!some.isEmpty()) {
        make(some);
        some = take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for some; empty at the end. */
  private synchronized List<DeviceId> take() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    List<DeviceId> some = closed ? List.of() : waiting.stream().limit(AT_ONCE).toList();
    some.forEach(waiting::remove);
    return some;
  }

  private void make(List<DeviceId> devices) {
    try {
      List<TemplateChange> plan = devices.stream().flatMap(d -> made(d).stream()).toList();
      var unused = apply(plan);
      failure = "";
    } catch (RuntimeException e) {
      if (failure.isEmpty()) {
        LOG.log(System.Logger.Level.ERROR, "twins of new devices are not made", e);
      }
      failure = String.valueOf(e.getMessage());
    }
  }

  private Optional<TemplateChange> made(DeviceId id) {
    return registry
        .device(id)
        .flatMap(device -> registry.model(device.product()))
        .filter(Templates::hasDefaults)
        .filter(product -> registry.desired().of(id).version() == 0)
        .map(product -> template(product).change(registry.desired().of(id)));
  }

  /** Why twins are not made; empty when all is well. */
  public String failure() {
    return failure;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
