package io.vagus.ingest;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.registry.Credentials.Refused;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Passwords that fail under many names: somebody tries one that people think of on all devices he
 * knows, slowly enough for the waits by name. Once one failed for too many names it is not looked
 * at again until {@link #FORGOTTEN_NANOS} after its last failure; a name whose secret it really is,
 * and that memory knows, is let in before this is asked.
 *
 * <p>What is kept of a password is eight bytes of a MAC under a key that dies with the process, of
 * at most {@link #MAX_PASSWORDS} of them, the oldest given up first. A lock guards it; only
 * failures and first checks come here.
 */
final class Spraying {
  static final int MAX_PASSWORDS = 4096;
  private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int MAX_ADDRESSES = 64;
  private static final String ALGORITHM = "HmacSHA256";

  private static final class Tried {
    final Set<String> names = new HashSet<>();
    final Set<InetAddress> addresses = new HashSet<>();
    long lastNanos;
  }

  private final int mostNames;
  private final MonotonicClock clock;
  private final SecretKeySpec key;
  private final SequencedMap<Long, Tried> passwords = new LinkedHashMap<>();

  Spraying(int mostNames, MonotonicClock clock) {
    this.mostNames = mostNames;
    this.clock = clock;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, ALGORITHM);
  }

  /** Why the password is not looked at; empty when it is. */
  Optional<Refused> refusal(byte[] password) {
    long mark = mark(password);
    synchronized (this) {
      Tried tried = passwords.get(mark);
      if (tried == null || tried.names.size() < mostNames || isForgotten(tried)) {
        return Optional.empty();
      }
      return Optional.of(
          new Refused(
              ErrorCode.PASSWORD_SPRAYING,
              "password: wrong for %d names from %d addresses (expected: < %d names in 10 min)"
                  .formatted(tried.names.size(), tried.addresses.size(), mostNames)));
    }
  }

  /** It was wrong for the name. */
  void failed(InetAddress address, String name, byte[] password) {
    long mark = mark(password);
    synchronized (this) {
      Tried known = passwords.remove(mark);
      Tried tried = known == null || isForgotten(known) ? new Tried() : known;
      tried.lastNanos = clock.nanos();
      if (tried.names.size() < mostNames) {
        tried.names.add(name);
      }
      if (tried.addresses.size() < MAX_ADDRESSES) {
        tried.addresses.add(address);
      }
      passwords.putLast(mark, tried);
      if (passwords.size() > MAX_PASSWORDS) {
        passwords.pollFirstEntry();
      }
    }
  }

  private boolean isForgotten(Tried tried) {
    return clock.nanos() - tried.lastNanos > FORGOTTEN_NANOS;
  }

  private long mark(byte[] password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return java.nio.ByteBuffer.wrap(mac.doFinal(password)).getLong();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
