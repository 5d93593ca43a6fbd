package io.vagus.watch;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.ledger.Ledger;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import io.vagus.registry.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps in memory what the overview shows, and answers for it. Listeners and the processing report
 * into it from the start; from {@link #begin} on it looks at the ledger once a second. All of it
 * starts anew with the process, but for when devices were heard last, which the processing brings
 * along. Thread-safe.
 */
public final class Watch implements ListenerWatch, MessageWatch, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Watch.class.getName());
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int RATE_SECONDS = 10;
  private static final int WINDOW_SECONDS = 300;
  private static final int WRITE_SECONDS = 60;
  private static final int STOP_SECONDS = 5;

  /** Not a whole second, so that who looks once a second sees each. */
  private static final long FRESH_NANOS = 900_000_000L;

  /** How far back {@link #top} counts at most. */
  public static final int MAX_TOP_MINUTES = MinuteCounts.MINUTES - 1;

  private final Registry registry;
  private final WallClock wall;
  private final MonotonicClock monotonic;
  private final Roster roster;
  private final RefusalLog refusals;
  private final RefusalTotals totals = new RefusalTotals();
  private volatile @Nullable RefusalFile file;
  private long writtenSequence;
  private final Clones clones = new Clones();
  private final Lint lint = new Lint();
  private final Together together = new Together();
  private final LongAdder cloned = new LongAdder();
  private final LatencyHistory latencies = new LatencyHistory();
  private final ScheduledExecutorService timer;
  private final long startNanos;
  private volatile @Nullable Sampler sampler;
  private @Nullable Overview newest;
  private long newestNanos;
  private volatile boolean failing;

  public Watch(Registry registry, WallClock wall, MonotonicClock monotonic) {
    this.registry = registry;
    this.wall = wall;
    this.monotonic = monotonic;
    this.roster = new Roster(new SilenceBound(registry));
    this.refusals = new RefusalLog(wall);
    this.startNanos = monotonic.nanos();
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("watch").daemon().factory());
    registry.addListener(roster);
    registry.addListener(lint);
  }

  // ---- reporting

  @Override
  public Open opened(
      DeviceId device, Transport transport, String address, int keepAliveSeconds, long nowMicros) {
    Optional<String> before = roster.elsewhere(device, address, nowMicros);
    Link link = roster.opened(device, transport, address, keepAliveSeconds, nowMicros);
    if (before.isPresent()) {
      clones.moved(device, before.get(), address, nowMicros).ifPresent(why -> cloned(link, why));
      together.add(link, nowMicros);
    }
    return link;
  }

  @Override
  public void heard(DeviceId device, Transport transport, String address, long nowMicros) {
    roster.heard(device, transport, address, nowMicros);
  }

  @Override
  public void misused(DeviceId device, Misuse misuse, String topic, long nowMicros) {
    lint.misused(device, misuse, topic, nowMicros);
  }

  @Override
  public void refused(
      Transport transport, String reason, String address, String name, String detail) {
    refusals.refused(transport, reason, address, name, detail);
    if (DeviceId.isValid(name)) {
      count(new DeviceId(name), reason);
    }
  }

  @Override
  public void refused(
      Transport transport, String reason, String address, DeviceId device, String detail) {
    refusals.refused(transport, reason, address, device.value(), detail);
    roster.error(device, wall.micros());
    count(device, reason);
  }

  private void count(DeviceId device, String reason) {
    if (roster.isIn(device, Within.EVERYWHERE)) {
      totals.add(device, reason, wall.micros());
    }
  }

  @Override
  public DeviceActivity activity(DeviceId device, String product) {
    return roster.hold(device, product);
  }

  @Override
  public LatencyCounts latency(String product) {
    return latencies.of(product);
  }

  // ---- keeping

  /** Keeps refusals in the file from now on; takes in what it holds. Before {@link #begin}. */
  public void keepRefusals(Path path) {
    RefusalFile kept = new RefusalFile(path);
    RefusalFile.Kept before = kept.read();
    refusals.restore(before.refusals());
    totals.restore(before.totals());
    writtenSequence = refusals.sequence();
    file = kept;
  }

  /** When there were any since the last time. On the timer's thread, or after its end. */
  private void writeRefusals() {
    RefusalFile kept = file;
    long sequence = refusals.sequence();
    if (kept != null && sequence != writtenSequence) {
      kept.write(new RefusalFile.Kept(refusals.all(), totals.all()));
      writtenSequence = sequence;
    }
  }

  /** Takes in the registered devices, and watches the ledger from now on, both on its thread. */
  public void begin(Ledger ledger) {
    sampler = new Sampler(ledger, roster, latencies, wall, monotonic);
    timer.execute(() -> guarded(() -> roster.load(registry)));
    var unused = timer.scheduleAtFixedRate(() -> guarded(this::tick), 1, 1, TimeUnit.SECONDS);
    var unusedWriting =
        timer.scheduleWithFixedDelay(
            () ->
                guarded(() -> {
                  totals.retain(devices(Within.EVERYWHERE)); // they are taken in by now
                  writeRefusals();
                }),
            WRITE_SECONDS,
            WRITE_SECONDS,
            TimeUnit.SECONDS);
  }

  private void tick() {
    sampler().tick();
    together
        .due(wall.micros())
        .forEach(link ->
            link.device
                .besides(link)
                .ifPresent(other -> cloned(link, Clones.atOnce(other, link.address))));
  }

  private void cloned(Link link, String why) {
    cloned.increment();
    refused(link.transport, Refusal.CLONED, link.address, link.device.device(), why);
  }

  /** How often one identity was seen at two places. */
  public long cloned() {
    return cloned.sum();
  }

  /** What fails once is tried again a second later: the overview stands still meanwhile. */
  private void guarded(Runnable action) {
    try {
      action.run();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing && !timer.isShutdown()) {
        failing = true;
        LOG.log(System.Logger.Level.ERROR, "the overview is not kept up", e);
      }
    }
  }

  private Sampler sampler() {
    return Objects.requireNonNull(sampler, "begun");
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      if (timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        writeRefusals();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (VagusException e) {
      LOG.log(System.Logger.Level.WARNING, "the last refusals are not kept", e);
    }
  }

  // ---- reading

  /** The fleet now, as of the last second at most. */
  public synchronized Overview overview() {
    long nanos = monotonic.nanos();
    Overview known = newest;
    if (known != null && nanos - newestNanos < FRESH_NANOS) {
      return known;
    }
    Overview now = look();
    newest = now;
    newestNanos = nanos;
    return now;
  }

  private Overview look() {
    Traffic traffic = sampler().traffic();
    long micros = wall.micros();
    return new Overview(
        micros,
        roster.count(Within.EVERYWHERE, micros),
        Overview.rates(traffic.window(RATE_SECONDS)),
        latencies.recent(),
        Overview.duplicates(traffic.window(WINDOW_SECONDS)),
        refusals.recent(),
        sampler().balance());
  }

  /**
   * @param minutes 1 to 1440
   */
  public History history(int minutes) {
    return sampler().traffic().history(minutes);
  }

  /**
   * @param minutes 1 to 1440
   */
  public LatencyMap latencyMap(Optional<String> product, int minutes) {
    return latencies.map(product.orElse(""), minutes);
  }

  /**
   * @param minutes 1 to {@link #MAX_TOP_MINUTES}
   */
  public Top top(Within within, Top.By by, int minutes, int limit) {
    return Top.of(roster, within, by, minutes, limit, wall.micros(), uptimeSeconds());
  }

  private long uptimeSeconds() {
    return (monotonic.nanos() - startNanos) / SECOND_NANOS;
  }

  /** How often a registered device was refused, by reason, restarts included. */
  public List<Tally> refusals(DeviceId device) {
    return totals.of(device);
  }

  /** Who was not let in. */
  public RefusalLog refusals() {
    return refusals;
  }

  /** Of some groups' devices, the numbers that are kept by device; in whole minutes. */
  public PartOverview overview(Within within) {
    long micros = wall.micros();
    return PartOverview.of(
        roster, within, refusals.recent(devices(within)), micros, uptimeSeconds());
  }

  /** The registered devices of some groups, as of the moment they are asked for; from memory. */
  public Predicate<DeviceId> devices(Within within) {
    return device -> roster.isIn(device, within);
  }

  /** What devices misuse. */
  public Lint lint() {
    return lint;
  }

  /** How a device is in touch. */
  public Contact contact(DeviceId device) {
    return roster.contact(device, wall.micros());
  }

  /** Its connections since the start, the newest first: those open, and the last that ended. */
  public List<PastConnection> connections(DeviceId device) {
    return roster.find(device).map(DeviceActivity::connections).orElse(List.of());
  }

  /** Waits until the device has no open connection of its own; false when it still has one then. */
  public boolean awaitClosed(DeviceId device, Duration atMost) throws InterruptedException {
    Optional<DeviceActivity> known = roster.find(device);
    return known.isEmpty() || known.get().awaitClosed(atMost, monotonic);
  }

  /** Where registered devices are. */
  public DeviceMap map(Within within, DeviceMap.Box box, int zoom, Optional<String> product) {
    return DeviceMap.of(roster, within, box, zoom, product, wall.micros());
  }

  /** Whether a registered device is one of those. */
  public boolean fits(Device device, WatchFilter filter) {
    return filter.contact().map(contact(device.id())::is).orElse(true)
        && filter
            .box()
            .map(box -> device.location().filter(at -> box.holds(at.lat(), at.lon())).isPresent())
            .orElse(true);
  }

  /** Registered devices of a kind, sorted by id, from memory. */
  public List<DeviceId> devices(
      WatchFilter filter,
      Optional<String> product,
      Optional<Device.Status> status,
      Optional<DeviceId> after,
      int limit) {
    return roster.list(filter, product, status, after, limit, wall.micros());
  }
}
