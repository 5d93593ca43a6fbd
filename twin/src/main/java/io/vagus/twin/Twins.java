package io.vagus.twin;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Desired;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import io.vagus.model.ProductModel;
import io.vagus.model.Reported;
import io.vagus.model.TwinModel;
import io.vagus.registry.Actor;
import io.vagus.registry.Registry;
import io.vagus.registry.RegistryListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings desired state down to devices and holds it against what they report. One thread does both,
 * so that what is sent to a device leaves in order; who calls only leaves word. All desired states
 * are held in memory: the way of a report compares with them. Thread-safe.
 */
public final class Twins implements ReportedListener, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Twins.class.getName());
  private static final String TOPIC = "twin/desired";
  private static final int PAGE = 1000;

  /** What was sent to a device on its connection; a delta stands on it. */
  private record Sent(long version, Document document) {}

  private final Registry registry;
  private final WallClock wall;
  private final TwinMeters meters;
  private final Inbox inbox = new Inbox();
  private final ConcurrentHashMap<DeviceId, Wanted> wanted = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<DeviceId, Sent> sent = new ConcurrentHashMap<>();

  /** What was given to a device that asked last. */
  private final ConcurrentHashMap<DeviceId, Sent> polled = new ConcurrentHashMap<>();

  private final Polls polls = new Polls();
  private final Thread thread;
  private volatile Downlink downlink =
      (device, suffix, payload) -> CompletableFuture.completedFuture(false);
  private volatile String failure = "";

  private Twins(Registry registry, WallClock wall, MeterRegistry meters) {
    this.registry = registry;
    this.wall = wall;
    this.meters = new TwinMeters(meters, this::countBehind, wanted::size, inbox::size);
    this.thread = Thread.ofPlatform().name("twins").unstarted(this::run);
  }

  /** Loads the desired states, and begins. */
  public static Twins start(Registry registry, WallClock wall, MeterRegistry meters) {
    Twins twins = new Twins(registry, wall, meters);
    twins.load();
    registry.addListener(twins.new Changes());
    twins.thread.start();
    return twins;
  }

  private void load() {
    Optional<DeviceId> last = Optional.empty();
    List<Desired> page;
    do {
      page = registry.desired().page(last, PAGE);
      page.forEach(desired -> wanted.put(desired.device(), Wanted.of(desired)));
      last = page.isEmpty() ? Optional.empty() : Optional.of(page.getLast().device());
    } while (page.size() == PAGE);
  }

  /** Who follows already; the rest is seen as devices report. */
  public void compareWith(ReportedTwins reported) {
    long now = wall.micros();
    for (DeviceId device : wanted.keySet()) {
      Optional<Reported> said = reported.of(device);
      wanted.computeIfPresent(
          device, (id, w) -> said.isPresent() && w.isFollowedBy(said.get()) ? w.followed(now) : w);
    }
  }

  /** From now on messages go down by this way. */
  public void sendBy(Downlink way) {
    downlink = way;
  }

  /** The device is connected and listens, or asks for the whole. Any thread. */
  public void arrived(DeviceId device) {
    if (wanted.containsKey(device)) {
      inbox.arrived(device);
    }
  }

  @Override
  public void reported(Reported now) {
    if (wanted.containsKey(now.device())) {
      inbox.reported(now);
    }
  }

  /** Why nothing goes down; empty when all is well. */
  public String failure() {
    return failure;
  }

  /**
   * Desired state for a device that asks by HTTP.
   *
   * @param after the version it holds; negative when it wants the whole in any case
   * @return empty when nothing newer came within the time
   */
  public CompletableFuture<Optional<byte[]>> poll(DeviceId device, long after, Duration wait) {
    return polls.poll(device, wait, () -> message(device, after));
  }

  /** A delta when what the device holds is what it was given last. */
  private Optional<byte[]> message(DeviceId device, long after) {
    Wanted now = wanted.get(device);
    if (now != null && now.version() > after) {
      Sent before = polled.put(device, new Sent(now.version(), now.document()));
      return Optional.of(
          before == null || before.version != after
              ? DesiredMessages.whole(now)
              : DesiredMessages.delta(before.document, after, now));
    }
    return after < 0
        ? Optional.of(DesiredMessages.whole(Wanted.of(Desired.none(device))))
        : Optional.empty();
  }

  /** Whether the device follows, since when it does not, and since when that is so. */
  public Optional<Follow> follow(DeviceId device) {
    return Optional.ofNullable(wanted.get(device))
        .map(w -> new Follow(w.version(), w.document(), w.isFollowed(), w.behindMicros()));
  }

  /**
   * How a device stands to its desired state.
   *
   * @param behindMicros since when it does not follow; 0 while it does
   */
  public record Follow(long version, Document document, boolean follows, long behindMicros) {}

  private int countBehind() {
    return (int) wanted.values().stream().filter(w -> !w.isFollowed()).count();
  }

  private void run() {
    try {
      Inbox.News news = inbox.take();
      while (news != null) {
        look(news);
        news = inbox.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Inbox.News news) {
    try {
      news.desired().ifPresent(this::changed);
      if (news.arrived()) {
        sent.remove(news.device());
      }
      if (news.arrived() || news.desired().isPresent()) {
        send(news.device());
      }
      if (news.desired().isPresent()) {
        polls.look(news.device());
      }
      news.reported().ifPresent(this::compare);
      failure = "";
    } catch (RuntimeException e) {
      if (failure.isEmpty()) {
        LOG.log(System.Logger.Level.ERROR, "the twin of a device could not be looked at", e);
      }
      failure = String.valueOf(e.getMessage());
    }
  }

  private void changed(Desired after) {
    Wanted before = wanted.get(after.device());
    if (before == null) {
      wanted.put(after.device(), Wanted.of(after));
    } else if (after.version() > before.version()) {
      wanted.put(after.device(), before.next(after));
    }
  }

  private void send(DeviceId device) {
    Wanted now = wanted.get(device);
    Sent before = sent.get(device);
    if (now == null || (before != null && before.version >= now.version())) {
      return;
    }
    byte[] message =
        before == null
            ? DesiredMessages.whole(now)
            : DesiredMessages.delta(before.document, before.version, now);
    Sent after = new Sent(now.version(), now.document());
    sent.put(device, after);
    var unused =
        downlink
            .send(device, TOPIC, message)
            .whenComplete((done, e) -> {
              if (e != null || !done) {
                sent.remove(device, after);
              } else {
                meters.sent(before == null);
              }
            });
  }

  private void compare(Reported reported) {
    Wanted now = wanted.get(reported.device());
    if (now == null) {
      return;
    }
    long micros = wall.micros();
    if (now.isFollowedBy(reported)) {
      if (!now.isFollowed()) {
        meters.followed(micros - now.behindMicros());
      }
      wanted.put(reported.device(), now.followed(micros));
      return;
    }
    DocumentPatch taken = Conflicts.taken(now, reported, model(reported.device()));
    if (!taken.isEmpty()) {
      take(reported.device(), taken, now.version());
    } else if (now.isFollowed()) {
      wanted.put(reported.device(), now.left(micros));
    }
  }

  private TwinModel model(DeviceId device) {
    return registry
        .device(device)
        .map(Device::product)
        .flatMap(registry::model)
        .map(ProductModel::twin)
        .orElse(TwinModel.NONE);
  }

  /** The device's own change becomes the desired state, unless that changed meanwhile. */
  private void take(DeviceId device, DocumentPatch fields, long version) {
    try {
      Actor.device(device)
          .call(() -> registry.desired().change(device, fields, OptionalLong.of(version)));
      meters.taken(fields.edits().size());
    } catch (VagusException e) {
      if (e.code() != ErrorCode.PRECONDITION_FAILED) {
        throw e;
      }
    }
  }

  private final class Changes implements RegistryListener {
    @Override
    public void desiredChanged(Desired before, Desired after) {
      inbox.desired(after);
    }

    @Override
    public void deviceDeleted(DeviceId device) {
      wanted.remove(device);
      sent.remove(device);
      polled.remove(device);
    }

    @Override
    public void deviceBarred(DeviceId device) {
      sent.remove(device);
    }

    @Override
    public void applicationChanged(String name) {}
  }

  @Override
  public void close() {
    inbox.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
