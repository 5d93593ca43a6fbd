package io.vagus.twin;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.RegistryListener;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Brings products' interlocks down to devices that listen: when one comes, when it is changed, and
 * when its product is. On a thread of its own; who calls only leaves word, of each device and
 * product once. As long as no product has any, and none had any, nobody is sent anything.
 * Thread-safe.
 */
public final class InterlockDownlink implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(InterlockDownlink.class.getName());
  private static final String TOPIC = "interlocks";
  private static final int PAGE = 1000;

  /** What is to be looked at. */
  private sealed interface News {}

  private record Came(DeviceId device) implements News {}

  private record Saved(String product) implements News {}

  private final Registry registry;

  /** By product, made when the first device asks: a condition takes milliseconds to compile. */
  private final Map<String, byte[]> messages = new HashMap<>();

  private final Set<News> waiting = new LinkedHashSet<>();
  private final Thread thread = Thread.ofPlatform().name("interlocks").unstarted(this::run);
  private boolean closed;
  private volatile boolean any;
  private volatile Downlink downlink =
      (device, suffix, payload) -> CompletableFuture.completedFuture(false);

  private InterlockDownlink(Registry registry) {
    this.registry = registry;
  }

  /** Reads the products, and begins. */
  public static InterlockDownlink start(Registry registry) {
    InterlockDownlink started = new InterlockDownlink(registry);
    registry.products().forEach(started::hold);
    registry.addListener(started.new Changes());
    started.thread.start();
    return started;
  }

  private void hold(ProductModel product) {
    messages.remove(product.id());
    any |= InterlockMessages.mayBeHeld(product, registry);
  }

  /** From now on messages go down by this way. */
  public void sendBy(Downlink way) {
    downlink = way;
  }

  /** The device is connected and listens. Any thread. */
  public void arrived(DeviceId device) {
    if (any) {
      look(new Came(device));
    }
  }

  private void look(News news) {
    synchronized (waiting) {
      waiting.add(news);
      waiting.notifyAll();
    }
  }

  private @Nullable News take() throws InterruptedException {
    synchronized (waiting) {
      while (waiting.isEmpty() && !closed) {
        waiting.wait();
      }
      if (closed) {
        return null;
      }
      News oldest = waiting.iterator().next();
      waiting.remove(oldest);
      return oldest;
    }
  }

  private void run() {
    try {
      for (News news = take(); news != null; news = take()) {
        bring(news);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void bring(News news) {
    try {
      switch (news) {
        case Came(DeviceId device) -> registry.device(device).ifPresent(this::send);
        case Saved(String product) -> registry.model(product).ifPresent(this::saved);
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "interlocks were not sent: " + news, e);
    }
  }

  private void saved(ProductModel product) {
    hold(product);
    if (!any) {
      return;
    }
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page =
          registry.devices(DeviceFilter.ALL.withProduct(product.id()), cursor, PAGE);
      page.items().forEach(this::send);
      cursor = page.next();
    } while (cursor.isPresent());
  }

  /** One that is not connected hears of it when it comes. */
  private void send(Device device) {
    registry
        .model(device.product())
        .ifPresent(product -> {
          byte[] message =
              messages.computeIfAbsent(product.id(), id -> InterlockMessages.message(product));
          var unused = downlink.send(device.id(), TOPIC, message);
        });
  }

  private final class Changes implements RegistryListener {
    @Override
    public void productSaved(String product) {
      look(new Saved(product));
    }

    @Override
    public void deviceSaved(Device device) {
      arrived(device.id());
    }

    @Override
    public void deviceBarred(DeviceId device) {}

    @Override
    public void applicationChanged(String name) {}
  }

  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
