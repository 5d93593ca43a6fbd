package io.vagus.watch;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Transport;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one device while the process lives: how it is connected, when it was heard, what
 * it sent in the last minutes. Messages are counted by the processing thread alone, without a lock;
 * errors, duplicates and connections, which are rare, under this object's monitor.
 */
public final class DeviceActivity {
  private static final long MINUTE_MICROS = 60_000_000;
  private static final int MESSAGES = 0;
  private static final int BYTES = 1;
  private static final int DELAY_MILLIS = 2;
  private static final long JUST_NOW_MICROS = 2_000_000;
  private static final int MAX_DELAY_MICROS = 60_000_000;
  private static final int ERRORS = 0;
  private static final int DUPLICATES = 1;
  private static final int MAX_ENDED = 8;
  private static final VarHandle HEARD;

  static {
    try {
      HEARD = MethodHandles.lookup().findVarHandle(DeviceActivity.class, "heardMicros", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final DeviceId device;

  /** Its product by the registry; by its messages while nobody registered it. */
  volatile String product;

  /** Version of the registered device; 0: not registered. */
  volatile long version;

  volatile Device.Status status = Device.Status.ACTIVE;

  /** Where the registry says it is; not a number: nowhere. To about a metre. */
  volatile float lat = Float.NaN;

  volatile float lon = Float.NaN;

  /** The group that the registry says it is in. */
  volatile @Nullable GroupId group;

  /** The newest open connection, else the last way it was heard. */
  private volatile @Nullable Link link;

  /** Receive time of its last message; 0 before the first. */
  @SuppressWarnings("UnusedVariable") // by its handle
  private long heardMicros;

  /** Those that ended, the newest first. */
  private @Nullable ArrayDeque<Link> ended;

  private volatile @Nullable MinuteCounts messages;
  private @Nullable MinuteCounts exceptions;

  /** Whether the processing holds it. Guarded by the roster's map. */
  boolean held;

  DeviceActivity(DeviceId device, String product) {
    this.device = device;
    this.product = product;
  }

  DeviceId device() {
    return device;
  }

  // ---- the processing's

  /** It was heard before this process started. */
  public void heardBefore(long receivedMicros) {
    if (receivedMicros > heardMicros()) {
      HEARD.setOpaque(this, receivedMicros);
    }
  }

  /** A message came, whatever became of it. */
  public void message(long receivedMicros, int payloadBytes) {
    MinuteCounts counts = messages;
    if (counts == null) {
      counts = new MinuteCounts(3);
      messages = counts;
    }
    int minute = minute(receivedMicros);
    counts.add(minute, MESSAGES, 1);
    counts.add(minute, BYTES, payloadBytes);
    heardBefore(receivedMicros);
  }

  /**
   * A message just counted was so long under way; more than a minute counts as one, since it was
   * kept by the device, not delayed on its way.
   */
  public void delivered(long receivedMicros, long delayMicros) {
    MinuteCounts counts = messages;
    if (counts != null) {
      int millis = (int) ((Math.min(delayMicros, MAX_DELAY_MICROS) + 500) / 1000);
      counts.add(minute(receivedMicros), DELAY_MILLIS, millis);
    }
  }

  /** A message of it was rejected, or became a dead letter. Any thread. */
  public void error(long receivedMicros) {
    exception(receivedMicros, ERRORS);
  }

  /** A message of it came twice. Any thread. */
  public void duplicate(long receivedMicros) {
    exception(receivedMicros, DUPLICATES);
  }

  private synchronized void exception(long receivedMicros, int column) {
    if (exceptions == null) {
      exceptions = new MinuteCounts(2);
    }
    exceptions.add(minute(receivedMicros), column, 1);
  }

  // ---- the listeners'

  synchronized Link opened(
      Transport transport, String address, int keepAliveSeconds, long nowMicros) {
    Link opened = new Link(this, transport, address, keepAliveSeconds, nowMicros);
    Link before = link;
    opened.older = before != null && before.isOpen() ? before : null;
    link = opened;
    return opened;
  }

  /** Where else it is connected, or was until just now; empty when nowhere. */
  Optional<String> elsewhere(String address, long nowMicros) {
    Link known = link;
    return known != null
            && known.keepAliveSeconds != Link.NO_CONNECTION
            && !known.address.equals(address)
            && (known.isOpen() || nowMicros - known.lastMicros <= JUST_NOW_MICROS)
        ? Optional.of(known.address)
        : Optional.empty();
  }

  /** Of two connections at different addresses that are open for so long: the older one's. */
  synchronized Optional<String> besides(Link opened) {
    for (Link l = opened.isOpen() ? opened.older : null; l != null; l = l.older) {
      if (l.isOpen() && !l.address.equals(opened.address)) {
        return Optional.of(l.address);
      }
    }
    return Optional.empty();
  }

  synchronized void closed(Link closed, long nowMicros) {
    if (!closed.isOpen()) {
      return;
    }
    closed.lastMicros = nowMicros;
    Link newest = link;
    if (closed == newest) {
      link = closed.older == null ? closed : closed.older;
    } else {
      for (Link l = newest; l != null; l = l.older) {
        l.older = l.older == closed ? closed.older : l.older;
      }
    }
    closed.older = null;
    if (ended == null) {
      ended = new ArrayDeque<>(2);
    } else if (ended.size() == MAX_ENDED) {
      ended.removeLast();
    }
    ended.addFirst(closed);
    notifyAll();
  }

  /** Waits until no connection of its own is open. */
  synchronized boolean awaitClosed(Duration atMost, MonotonicClock clock)
      throws InterruptedException {
    long dueNanos = clock.nanos() + atMost.toNanos();
    for (Link l = link; l != null && l.isOpen(); l = link) {
      long leftMillis = (dueNanos - clock.nanos()) / 1_000_000;
      if (leftMillis <= 0) {
        return false;
      }
      wait(leftMillis);
    }
    return true;
  }

  /** Open and ended connections of its own, the newest first. */
  synchronized List<PastConnection> connections() {
    List<PastConnection> all = new ArrayList<>();
    for (Link l = link; l != null && l.isOpen(); l = l.older) {
      all.add(PastConnection.of(l));
    }
    if (ended != null) {
      ended.forEach(l -> all.add(PastConnection.of(l)));
    }
    return all;
  }

  /**
   * @param silenceMicros quiet for longer, it was away meanwhile
   */
  void heard(Transport transport, String address, long nowMicros, long silenceMicros) {
    Link known = link;
    if (known != null && known.isOpen()) {
      return;
    }
    if (known != null
        && known.isSameWay(transport, address)
        && nowMicros - known.lastMicros <= silenceMicros) {
      known.lastMicros = nowMicros;
    } else {
      heardAnew(new Link(this, transport, address, Link.NO_CONNECTION, nowMicros));
    }
  }

  private synchronized void heardAnew(Link heard) {
    Link known = link;
    if (known == null || !known.isOpen()) {
      link = heard;
    }
  }

  // ---- reading

  boolean isRegistered() {
    return version > 0;
  }

  Optional<GroupId> group() {
    return Optional.ofNullable(group);
  }

  long heardMicros() {
    return (long) HEARD.getOpaque(this);
  }

  @Nullable Link link() {
    return link;
  }

  boolean isConnected(long nowMicros, long silenceMicros) {
    Link known = link;
    return known != null
        && (known.isOpen()
            || (known.keepAliveSeconds == Link.NO_CONNECTION
                && nowMicros - known.lastMicros <= silenceMicros));
  }

  boolean isSilent(long nowMicros, long silenceMicros) {
    long heard = heardMicros();
    return heard > 0 && nowMicros - heard > silenceMicros;
  }

  /** How much of one kind it sent or caused in some minutes, both ends included. */
  long count(Top.By by, int fromMinute, int toMinute) {
    return switch (by) {
      case MESSAGES -> sum(messages, MESSAGES, fromMinute, toMinute);
      case BYTES -> sum(messages, BYTES, fromMinute, toMinute);
      case DELAY -> sum(messages, DELAY_MILLIS, fromMinute, toMinute);
      case ERRORS -> exceptions(ERRORS, fromMinute, toMinute);
      case DUPLICATES -> exceptions(DUPLICATES, fromMinute, toMinute);
    };
  }

  private synchronized long exceptions(int column, int fromMinute, int toMinute) {
    return sum(exceptions, column, fromMinute, toMinute);
  }

  private static long sum(@Nullable MinuteCounts counts, int column, int from, int to) {
    return counts == null ? 0 : counts.sum(column, from, to);
  }

  static int minute(long micros) {
    return (int) Math.floorDiv(micros, MINUTE_MICROS);
  }
}
