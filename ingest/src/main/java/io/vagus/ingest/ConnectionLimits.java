package io.vagus.ingest;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many connections there may be, in all and by remote address, and how quickly one address may
 * open them. Addresses are remembered while they have connections and for a second after; the table
 * can hold {@link #MAX_ADDRESSES}, then unknown ones are refused until it is swept. Thread-safe.
 */
public final class ConnectionLimits {
  static final int MAX_ADDRESSES = 200_000;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Address(int connections, int openedThisSecond, long secondBegan) {}

  private final LimitsConfig limits;
  private final Networks allowed;
  private final Networks spared;
  private final HandshakeLimits handshakes;
  private final MonotonicClock clock;
  private final ConcurrentHashMap<InetAddress, Address> addresses = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong sweepAt;

  public ConnectionLimits(LimitsConfig limits, AccessConfig access, MonotonicClock clock) {
    this.limits = limits;
    this.allowed = Networks.parse(access.allow());
    this.spared = Networks.parse(access.spare());
    this.handshakes = new HandshakeLimits(access, limits, clock);
    this.clock = clock;
    this.sweepAt = new AtomicLong(clock.nanos() + SECOND_NANOS);
  }

  /**
   * Counts a new connection. When it is refused nothing was counted and {@link #closed} must not be
   * called.
   *
   * @return why it is refused; empty when it may stay
   */
  public Optional<ErrorCode> opened(InetAddress remote) {
    if (!allowed.isEmpty() && !isOwn(remote) && !allowed.hold(remote)) {
      return Optional.of(ErrorCode.ADDRESS_NOT_ALLOWED);
    }
    if (connections.incrementAndGet() > limits.maxConnections()) {
      connections.decrementAndGet();
      return Optional.of(ErrorCode.BUSY);
    }
    Optional<ErrorCode> refusal = isExempt(remote) ? Optional.empty() : count(remote);
    if (refusal.isPresent()) {
      connections.decrementAndGet();
    }
    return refusal;
  }

  /** A connection that {@link #opened} let in is gone. */
  public void closed(InetAddress remote) {
    connections.decrementAndGet();
    if (!isExempt(remote)) {
      addresses.computeIfPresent(
          remote,
          (a, known) ->
              new Address(known.connections - 1, known.openedThisSecond, known.secondBegan));
    }
  }

  /** Open connections. */
  public int connections() {
    return connections.get();
  }

  private Optional<ErrorCode> count(InetAddress remote) {
    long now = clock.nanos();
    sweep(now);
    if (addresses.size() >= MAX_ADDRESSES && !addresses.containsKey(remote)) {
      return Optional.of(ErrorCode.BUSY);
    }
    ErrorCode[] refusal = new ErrorCode[1];
    addresses.compute(
        remote,
        (a, known) -> {
          boolean fresh = known == null || now - known.secondBegan >= SECOND_NANOS;
          int held = known == null ? 0 : known.connections;
          int opened = fresh || known == null ? 0 : known.openedThisSecond;
          long began = fresh || known == null ? now : known.secondBegan;
          if (held >= limits.maxConnectionsPerAddress()) {
            refusal[0] = ErrorCode.QUOTA_EXCEEDED;
          } else if (opened >= limits.newConnectionsPerAddress()) {
            refusal[0] = ErrorCode.CONNECTION_RATE_EXCEEDED;
          } else {
            held++;
          }
          return new Address(held, opened + 1, began);
        });
    return Optional.ofNullable(refusal[0]);
  }

  /**
   * Counts a TLS handshake that begins; then {@link #handshakeEnded} is called once.
   *
   * @return why it is refused; empty when it may go on
   */
  Optional<ErrorCode> handshakeBegun(InetAddress remote) {
    return isExempt(remote) ? Optional.empty() : handshakes.begun(remote);
  }

  void handshakeEnded(InetAddress remote) {
    if (!isExempt(remote)) {
      handshakes.ended(remote);
    }
  }

  /** How a handshake came out that was not just cut off. */
  void handshakeJudged(InetAddress remote, boolean good) {
    if (isExempt(remote)) {
      return;
    }
    if (good) {
      handshakes.succeeded(remote);
    } else {
      handshakes.failed(remote);
    }
  }

  /** Whether the limits by address do not count for it. */
  boolean isExempt(InetAddress remote) {
    return isOwn(remote) || (!spared.isEmpty() && spared.hold(remote));
  }

  private boolean isOwn(InetAddress remote) {
    return limits.exemptLoopback() && remote.isLoopbackAddress();
  }

  private void sweep(long now) {
    long due = sweepAt.get();
    if (now - due >= 0 && sweepAt.compareAndSet(due, now + SECOND_NANOS)) {
      addresses.values().removeIf(a -> a.connections <= 0 && now - a.secondBegan >= SECOND_NANOS);
    }
  }
}
