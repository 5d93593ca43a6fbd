package io.vagus.ingest;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Credentials.DeviceVerdict;
import io.vagus.registry.Credentials.Refused;
import io.vagus.registry.Credentials.Verdict;
import io.vagus.registry.PasswordBackoff;
import io.vagus.registry.Registry;
import io.vagus.registry.RegistryListener;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.Enrollee;
import io.vagus.trust.Identity;
import io.vagus.trust.ProvisioningTokens;
import io.vagus.trust.Refusal;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Whom the certificates prove that TLS clients showed, asked off the event loops, and the end of
 * their connections when a certificate ends. Thread-safe.
 */
public final class ClientCertificates implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ClientCertificates.class.getName());
  private static final AttributeKey<List<X509Certificate>> SHOWN =
      AttributeKey.valueOf(ClientCertificates.class, "shown");
  private static final int MAX_QUEUED = 8192;
  private static final Identity BUSY =
      new Identity.Undecided(ErrorCode.BUSY, "too many certificate checks at once; try again");

  private final Optional<DeviceCertificates> authority;
  private final CertifiedConnections connections;
  private final PasswordBackoff backoff;
  private final ThreadPoolExecutor pool;

  /**
   * @param authority empty: no client is asked for a certificate
   */
  public ClientCertificates(
      Optional<DeviceCertificates> authority,
      Registry registry,
      LimitsConfig limits,
      WallClock clock,
      MonotonicClock monotonic) {
    this.authority = authority;
    this.backoff = Authenticator.backoff(limits, monotonic);
    this.connections = new CertifiedConnections(clock);
    int threads = Runtime.getRuntime().availableProcessors();
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_QUEUED),
            Thread.ofPlatform().name("certificate-", 0).daemon().factory());
    pool.allowCoreThreadTimeOut(true);
    if (authority.isPresent()) {
      registry.addListener(new Revocations());
    }
  }

  /** Whether there is an authority that devices may enrol with. */
  public boolean isSetUp() {
    return authority.isPresent();
  }

  /** Whether the connection's client showed a certificate. Confined to the channel's event loop. */
  public boolean isShownBy(Channel channel) {
    return !shownBy(channel).isEmpty();
  }

  /** What it showed, its own first. */
  private List<X509Certificate> shownBy(Channel channel) {
    SslHandler tls = authority.isEmpty() ? null : channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return List.of();
    }
    List<X509Certificate> known = channel.attr(SHOWN).get();
    if (known == null) {
      known = chain(tls);
      channel.attr(SHOWN).set(known);
    }
    return known;
  }

  private static List<X509Certificate> chain(SslHandler tls) {
    try {
      return Arrays.stream(tls.engine().getSession().getPeerCertificates())
          .map(X509Certificate.class::cast)
          .toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // it showed none
    }
  }

  /** What the API believes of who enrols. */
  public String seal(Enrollee enrollee) {
    return authority.orElseThrow().est().seal(enrollee);
  }

  /**
   * Says who may connect with what the client showed, as of now.
   *
   * @param name that the client says it has; empty when it says none
   * @param answer is called on the channel's event loop
   */
  public void prove(Channel channel, String name, Consumer<Verdict> answer) {
    identify(channel, identity -> answer.accept(verdict(identity, name)));
  }

  private Verdict verdict(Identity identity, String name) {
    return switch (identity) {
      case Identity.Proved proved -> named(proved.device(), name);
      case Identity.Late late -> {
        authority.orElseThrow().refused(Refusal.EXPIRED);
        yield new Refused(
            Refusal.EXPIRED.code(),
            "certificate: of device \"" + late.device().id() + "\" has ended (expected: renewed)");
      }
      case Identity.Enrolling enrolling -> {
        authority.orElseThrow().refused(Refusal.ENROLS_ONLY);
        yield new Refused(
            Refusal.ENROLS_ONLY.code(),
            "certificate: opens enrolment only (expected: the device's own)");
      }
      case Identity.Refused refused -> new Refused(refused.reason().code(), refused.why());
      case Identity.Undecided undecided -> new Refused(undecided.code(), undecided.why());
    };
  }

  private Verdict named(Device device, String name) {
    if (name.isEmpty() || name.equals(device.id().value())) {
      return new DeviceVerdict(device);
    }
    authority.orElseThrow().refused(Refusal.OTHER_NAME);
    return new Refused(
        Refusal.OTHER_NAME.code(), "name: another's (expected: " + device.id() + ", or none)");
  }

  /** Whom it proves, as of now. Confined to the channel's event loop, where the answer comes. */
  public void identify(Channel channel, Consumer<Identity> answer) {
    List<X509Certificate> chain = shownBy(channel);
    // Known before it is judged, so that no revocation falls between.
    connections.add(channel, chain.getFirst());
    judge(channel, () -> authority.orElseThrow().identify(chain), answer);
  }

  /**
   * Who shows a provisioning token. Wrong ones make their address wait, for one id and, after more
   * of them, for any.
   */
  public void identifyByToken(
      Channel channel, InetAddress remote, String token, Consumer<Identity> answer) {
    String id = ProvisioningTokens.id(token);
    Duration wait = backoff.wait(remote.getHostAddress(), id);
    if (!wait.isZero()) {
      answer.accept(tooManyGuesses(wait));
      return;
    }
    judge(
        channel,
        () -> {
          Identity identity = authority.orElseThrow().enrolment().identify(token);
          if (identity instanceof Identity.Refused refused
              && refused.reason() == Refusal.TOKEN_UNKNOWN) {
            backoff.failed(remote.getHostAddress(), id);
          }
          return identity;
        },
        answer);
  }

  /** How long who shows such a token has to wait. */
  public Duration backoff(InetAddress remote, String token) {
    return backoff.wait(remote.getHostAddress(), ProvisioningTokens.id(token));
  }

  private static Identity tooManyGuesses(Duration wait) {
    return new Identity.Undecided(
        ErrorCode.CONNECTION_RATE_EXCEEDED,
        "too many wrong tokens; try again in " + Math.ceilDiv(wait.toMillis(), 1000) + "s");
  }

  private void judge(Channel channel, Supplier<Identity> check, Consumer<Identity> answer) {
    try {
      pool.execute(() -> {
        if (channel.isActive()) {
          Identity identity = judged(check);
          deliver(channel, () -> answer.accept(identity));
        }
      });
    } catch (RejectedExecutionException e) {
      answer.accept(BUSY);
    }
  }

  private static Identity judged(Supplier<Identity> check) {
    try {
      return check.get();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "certificate check failed", e);
      return new Identity.Undecided(ErrorCode.INTERNAL, "the certificate could not be checked");
    }
  }

  private static void deliver(Channel channel, Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException e) {
      // The event loops have stopped, and with them the connection that waited for this.
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }

  private final class Revocations implements RegistryListener {
    @Override
    public void deviceBarred(DeviceId device) {}

    @Override
    public void applicationChanged(String name) {}

    @Override
    public void certificateRevoked(DeviceId device, String serial) {
      connections.close(serial);
    }
  }
}
