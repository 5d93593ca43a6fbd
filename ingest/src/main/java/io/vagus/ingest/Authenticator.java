package io.vagus.ingest;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.registry.Credentials;
import io.vagus.registry.Credentials.BoundToken;
import io.vagus.registry.Credentials.Refused;
import io.vagus.registry.Credentials.Verdict;
import io.vagus.registry.PasswordBackoff;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Proves who connects, without blocking an event loop: from memory when it can, otherwise on a
 * small pool, since a password hash costs milliseconds of CPU. Secrets whose check is quick have a
 * pool of their own and never wait behind the others. The queue before a pool is bounded in length
 * and age: who cannot be served in time hears BUSY and comes again. One address has no more than
 * its share of the slow queue, so that who guesses keeps nobody else out. Thread-safe.
 */
public final class Authenticator implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Authenticator.class.getName());

  /** About as many as are served within the bound of their age; more would wait in vain. */
  private static final int QUEUED_PER_PROCESSOR = 1024;

  /** An address may have many devices behind it. */
  private static final int NAMES_FACTOR = 20;

  /** Of the slow queue, for one address; the rest is for the others. */
  private static final double SHARE_OF_ADDRESS = 0.75;

  private static final int MAX_QUICK_QUEUED = 65_536;
  private static final long MAX_QUEUED_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final Refused BUSY =
      new Refused(ErrorCode.BUSY, "too many password checks at once; try again");

  private final Credentials credentials;
  private final MonotonicClock clock;
  private final PasswordBackoff backoff;
  private final ThreadPoolExecutor slow;
  private final ThreadPoolExecutor quick;
  private final ConcurrentHashMap<InetAddress, Integer> waiting = new ConcurrentHashMap<>();
  private final int maxOfAddress;

  public Authenticator(Credentials credentials, LimitsConfig limits, MonotonicClock clock) {
    this.credentials = credentials;
    this.clock = clock;
    this.backoff = backoff(limits, clock);
    int processors = Runtime.getRuntime().availableProcessors();
    this.slow = pool("password-", processors, QUEUED_PER_PROCESSOR * processors);
    this.maxOfAddress = (int) (QUEUED_PER_PROCESSOR * processors * SHARE_OF_ADDRESS);
    this.quick = pool("secret-", Math.min(2, processors), MAX_QUICK_QUEUED);
  }

  /** Waits after failures, as the settings say. */
  static PasswordBackoff backoff(LimitsConfig limits, MonotonicClock clock) {
    return new PasswordBackoff(
        limits.wrongPasswords(),
        NAMES_FACTOR * limits.wrongPasswords(),
        limits.maxBackoff(),
        clock);
  }

  private static ThreadPoolExecutor pool(String name, int threads, int maxQueued) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(maxQueued),
            Thread.ofPlatform().name(name, 0).daemon().factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Judges name and secret.
   *
   * @param eventLoop where {@code answer} is called; at once when the caller is on it and the
   *     secret is known from memory
   * @param wanted whether the connection is still there when its turn comes
   */
  public void authenticate(
      Executor eventLoop,
      InetAddress remote,
      String name,
      byte[] secret,
      BooleanSupplier wanted,
      Consumer<Verdict> answer) {
    Verdict known = credentials.recognise(name, secret).orElse(null);
    if (known != null) {
      answer.accept(known);
      return;
    }
    Duration wait = backoff.wait(remote.getHostAddress(), name);
    if (!wait.isZero()) {
      answer.accept(tooManyFailures(wait));
      return;
    }
    long queuedNanos = clock.nanos();
    Runnable check =
        () -> {
          if (wanted.getAsBoolean()) {
            Verdict verdict = check(remote, name, secret, queuedNanos);
            deliver(eventLoop, () -> answer.accept(verdict));
          }
        };
    boolean taken = credentials.isQuick(secret) ? offer(quick, check) : offerSlow(remote, check);
    if (!taken) {
      answer.accept(BUSY);
    }
  }

  private static boolean offer(ThreadPoolExecutor pool, Runnable check) {
    try {
      pool.execute(check);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private boolean offerSlow(InetAddress remote, Runnable check) {
    boolean taken =
        waiting.merge(remote, 1, Integer::sum) <= maxOfAddress
            && offer(
                slow,
                () -> {
                  left(remote);
                  check.run();
                });
    if (!taken) {
      left(remote);
    }
    return taken;
  }

  private void left(InetAddress remote) {
    waiting.computeIfPresent(remote, (address, count) -> count > 1 ? count - 1 : null);
  }

  /** Makes a token for a device that was proved; empty when it has no secret or all are busy. */
  public void bind(Executor eventLoop, String device, Consumer<Optional<BoundToken>> answer) {
    try {
      quick.execute(() -> {
        Optional<BoundToken> token = bound(device);
        deliver(eventLoop, () -> answer.accept(token));
      });
    } catch (RejectedExecutionException e) {
      answer.accept(Optional.empty());
    }
  }

  private Optional<BoundToken> bound(String device) {
    try {
      return credentials.bind(device);
    } catch (VagusException e) {
      return Optional.empty();
    }
  }

  /** How long the name at this address has to wait after wrong passwords; zero when it need not. */
  public Duration backoff(InetAddress remote, String name) {
    return backoff.wait(remote.getHostAddress(), name);
  }

  private Verdict check(InetAddress remote, String name, byte[] secret, long queuedNanos) {
    if (clock.nanos() - queuedNanos > MAX_QUEUED_NANOS) {
      return BUSY;
    }
    // Many tries of one name may have been queued before the first was found wrong.
    Duration wait = backoff.wait(remote.getHostAddress(), name);
    if (!wait.isZero()) {
      return tooManyFailures(wait);
    }
    try {
      Verdict verdict = credentials.check(name, secret);
      if (verdict instanceof Refused refused && refused.code() == ErrorCode.BAD_CREDENTIALS) {
        backoff.failed(remote.getHostAddress(), name);
      } else if (!(verdict instanceof Refused)) {
        backoff.succeeded(remote.getHostAddress(), name);
      }
      return verdict;
    } catch (VagusException e) {
      // Health says it; each connection that comes meanwhile hears that it may come again.
      return new Refused(e.code(), "the registry cannot be asked: come again later");
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "password check failed", e);
      return new Refused(ErrorCode.INTERNAL, "the password could not be checked");
    }
  }

  private static Refused tooManyFailures(Duration wait) {
    long seconds = Math.ceilDiv(wait.toMillis(), 1000);
    return new Refused(
        ErrorCode.CONNECTION_RATE_EXCEEDED,
        "too many wrong passwords; try again in " + Durations.format(Duration.ofSeconds(seconds)));
  }

  private static void deliver(Executor eventLoop, Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException e) {
      // The event loops have stopped, and with them the connection that waited for this.
    }
  }

  @Override
  public void close() {
    slow.shutdownNow();
    quick.shutdownNow();
  }
}
