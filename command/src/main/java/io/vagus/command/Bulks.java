package io.vagus.command;

import io.vagus.command.BulkRecords.Member;
import io.vagus.command.BulkRecords.Outcome;
import io.vagus.command.BulkRecords.Which;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Commands for many devices, from request to end. One thread carries them on; owns its lock, which
 * is held only to wait and to tell. Thread-safe.
 */
public final class Bulks implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Bulks.class.getName());
  private static final long TICK_MILLIS = 100;
  private static final long IDLE_MILLIS = 250;
  private static final long IDLE_SHARE = 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final BulkRecords records;
  private final Commands commands;
  private final WallClock wall;
  private final MonotonicClock clock;
  private final BulkRunner runner;
  private final Thread thread = Thread.ofPlatform().name("bulk-commands").unstarted(this::run);
  private final Object lock = new Object();
  private Map<String, BulkStanding> standings = Map.of();
  private long restMillis = TICK_MILLIS;
  private boolean woken = true;
  private boolean closed;
  private volatile String failure = "";

  private Bulks(BulkRecords records, Commands commands, WallClock wall, MonotonicClock clock) {
    this.records = records;
    this.commands = commands;
    this.wall = wall;
    this.clock = clock;
    this.runner = new BulkRunner(records, commands, wall, clock);
  }

  /** Goes on with what was begun. */
  public static Bulks start(
      BulkRecords records, Commands commands, WallClock wall, MonotonicClock clock) {
    Bulks bulks = new Bulks(records, commands, wall, clock);
    bulks.thread.start();
    return bulks;
  }

  /**
   * Asks many devices, one after the other.
   *
   * @param devices in the order of their turns, each once
   * @param samples one device of each product among them; when none can be asked, nobody is
   */
  public BulkStanding create(BulkOrder order, List<DeviceId> devices, List<DeviceId> samples) {
    requireDevices(devices);
    requireSome(order, samples);
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    Bulk bulk = new Bulk(id, order, Bulk.State.RUNNING, "", wall.micros(), 0, devices.size(), 0);
    List<Member> members = new ArrayList<>(devices.size());
    for (DeviceId device : devices) {
      String command = CommandRules.id(order.request(id, device));
      members.add(new Member(members.size() + 1L, device, command));
    }
    records.create(bulk, members, this::wake);
    return new BulkStanding(bulk, new BulkProgress(devices.size(), 0, 0, Map.of()));
  }

  private static void requireDevices(List<DeviceId> devices) {
    if (devices.isEmpty() || devices.size() > BulkOrder.MAX_DEVICES) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "devices: %d are meant (expected: 1 to %d)"
              .formatted(devices.size(), BulkOrder.MAX_DEVICES));
    }
  }

  /** What no product's devices understand is refused at once, and not one by one. */
  private void requireSome(BulkOrder order, List<DeviceId> samples) {
    Optional<VagusException> refusal = Optional.empty();
    for (DeviceId sample : samples) {
      try {
        commands.check(order.request("", sample));
        return;
      } catch (VagusException e) {
        refusal = refusal.isPresent() ? refusal : Optional.of(e);
      }
    }
    throw refusal.orElseThrow();
  }

  public Optional<BulkStanding> find(String id) {
    return records.find(id).map(bulk -> new BulkStanding(bulk, records.progress(bulk)));
  }

  /** The newest first. */
  public Page<Bulk> page(Optional<String> cursor, int limit) {
    return records.page(cursor, limit);
  }

  public BulkProgress progress(Bulk bulk) {
    return records.progress(bulk);
  }

  /** What became of each device, in the order of their turns. */
  public Page<Outcome> outcomes(Bulk bulk, Which which, Optional<String> cursor, int limit) {
    return records.outcomes(bulk, which, cursor, limit);
  }

  /** Asks nobody more until it is resumed. */
  public BulkStanding pause(String id) {
    return steer(id, bulk -> bulk.to(Bulk.State.PAUSED, "", wall.micros()));
  }

  public BulkStanding resume(String id) {
    return steer(id, bulk -> bulk.to(Bulk.State.RUNNING, "", wall.micros()));
  }

  /** Asks nobody more, and takes back what was not sent. */
  public BulkStanding cancel(String id) {
    return steer(id, bulk -> bulk.to(Bulk.State.CANCELLED, "", wall.micros()));
  }

  /** From now on at another rate. */
  public BulkStanding pace(String id, double rateHz) {
    return steer(id, bulk -> bulk.withRate(rateHz));
  }

  private BulkStanding steer(String id, Function<Bulk, Bulk> change) {
    Bulk before =
        records
            .find(id)
            .orElseThrow(() ->
                new VagusException(ErrorCode.NOT_FOUND, "bulk command: " + id + " does not exist"));
    Bulk after = change.apply(before);
    boolean goesOn = !before.state().isOver();
    if (!goesOn || (!after.equals(before) && !records.move(before, after, this::wake))) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "bulk command: %s is %s (expected: running or paused)"
              .formatted(
                  id, records.find(id).orElse(before).state().name().toLowerCase(Locale.ROOT)));
    }
    return find(id).orElseThrow();
  }

  /**
   * Waits until it stands otherwise than before.
   *
   * @return as it stands after that time in any case; empty when it does not exist
   */
  public Optional<BulkStanding> next(String id, Optional<BulkStanding> before, Duration wait)
      throws InterruptedException {
    long deadline = clock.nanos() + wait.toNanos();
    Optional<BulkStanding> now = standing(id);
    while (now.isPresent() && now.equals(before) && clock.nanos() - deadline < 0) {
      synchronized (lock) {
        lock.wait(Math.max(1, Math.min(TICK_MILLIS, wait.toMillis())));
      }
      now = standing(id);
    }
    return now;
  }

  private Optional<BulkStanding> standing(String id) {
    synchronized (lock) {
      BulkStanding known = standings.get(id);
      if (known != null) {
        return Optional.of(known);
      }
    }
    return find(id);
  }

  private void wake() {
    synchronized (lock) {
      woken = true;
      lock.notifyAll();
    }
  }

  private void run() {
    try {
      while (awaitTurn()) {
        turn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A tick while something goes on, until it is woken otherwise; false: it is the end. */
  private boolean awaitTurn() throws InterruptedException {
    synchronized (lock) {
      if (!closed && !woken) {
        lock.wait(standings.isEmpty() && failure.isEmpty() ? 0 : restMillis);
      }
      woken = false;
      return !closed;
    }
  }

  private void turn() {
    long began = clock.nanos();
    try {
      Map<String, BulkStanding> now =
          runner.step().stream().collect(Collectors.toMap(s -> s.bulk().id(), s -> s));
      synchronized (lock) {
        standings = now;
        restMillis = rest(now.values(), (clock.nanos() - began) / 1_000_000);
        lock.notifyAll();
      }
      failure = "";
    } catch (RuntimeException e) {
      if (failure.isEmpty()) {
        LOG.log(System.Logger.Level.ERROR, "bulk commands do not go on; trying again", e);
      }
      failure = String.valueOf(e.getMessage());
    }
  }

  /** Where nobody is asked, devices are waited for, perhaps for days: that is to cost little. */
  private static long rest(Collection<BulkStanding> standings, long tookMillis) {
    boolean asks =
        standings.stream()
            .anyMatch(s -> s.bulk().state() == Bulk.State.RUNNING && s.progress().waiting() > 0);
    return asks ? TICK_MILLIS : Math.max(IDLE_MILLIS, IDLE_SHARE * tookMillis);
  }

  /** Why nothing goes on; empty when all is well. */
  public String failure() {
    return failure;
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
