package io.vagus.ingest;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.registry.PasswordBackoff;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many TLS handshakes one address may begin, have under way, and fail in a row: each costs this
 * server about a thousand times what it costs who asks. The table holds addresses with handshakes
 * under way, and those of the last second; the listeners' own limit of addresses bounds it.
 * Thread-safe.
 */
final class HandshakeLimits {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String HANDSHAKE = "tls";

  private record Address(int open, int begunThisSecond, long secondBegan) {}

  private final AccessConfig config;
  private final MonotonicClock clock;
  private final PasswordBackoff failures;
  private final ConcurrentHashMap<InetAddress, Address> addresses = new ConcurrentHashMap<>();
  private final AtomicLong sweepAt;

  HandshakeLimits(AccessConfig config, LimitsConfig limits, MonotonicClock clock) {
    this.config = config;
    this.clock = clock;
    this.failures =
        new PasswordBackoff(
            config.failedHandshakes(), Integer.MAX_VALUE, limits.maxBackoff(), clock);
    this.sweepAt = new AtomicLong(clock.nanos() + SECOND_NANOS);
  }

  /** Counts one that begins; when it is refused nothing was counted. */
  Optional<ErrorCode> begun(InetAddress remote) {
    if (!failures.wait(remote.getHostAddress(), HANDSHAKE).isZero()) {
      return Optional.of(ErrorCode.HANDSHAKE_RATE_EXCEEDED);
    }
    long now = clock.nanos();
    sweep(now);
    boolean[] taken = new boolean[1];
    addresses.compute(
        remote,
        (address, known) -> {
          boolean fresh = known == null || now - known.secondBegan >= SECOND_NANOS;
          int open = known == null ? 0 : known.open;
          int begun = known == null || fresh ? 0 : known.begunThisSecond;
          long since = known == null || fresh ? now : known.secondBegan;
          taken[0] = open < config.openHandshakes() && begun < config.newHandshakes();
          return taken[0]
              ? new Address(open + 1, begun + 1, since)
              : new Address(open, begun, since);
        });
    return taken[0] ? Optional.empty() : Optional.of(ErrorCode.HANDSHAKE_RATE_EXCEEDED);
  }

  /** One that {@link #begun} let in is over. */
  void ended(InetAddress remote) {
    addresses.computeIfPresent(
        remote,
        (address, known) -> new Address(known.open - 1, known.begunThisSecond, known.secondBegan));
  }

  /** It came to its end: what failed before was not this address as a whole. */
  void succeeded(InetAddress remote) {
    failures.succeeded(remote.getHostAddress(), HANDSHAKE);
  }

  /** By what its client said, not by the connection's end alone. */
  void failed(InetAddress remote) {
    failures.failed(remote.getHostAddress(), HANDSHAKE);
  }

  private void sweep(long now) {
    long due = sweepAt.get();
    if (now - due >= 0 && sweepAt.compareAndSet(due, now + SECOND_NANOS)) {
      addresses.values().removeIf(a -> a.open <= 0 && now - a.secondBegan >= SECOND_NANOS);
    }
  }
}
