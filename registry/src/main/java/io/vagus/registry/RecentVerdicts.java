package io.vagus.registry;

import io.vagus.registry.Credentials.Verdict;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What names and secrets proved lately, so that only the first connection pays for Argon2. A secret
 * is held as HMAC-SHA256 under a random key that dies with the process. Right and wrong secrets are
 * held apart, so that guessing pushes no device out; the least recently used goes first.
 *
 * <p>Owns its lock. A verdict is kept only if its name was not {@link #forget forgotten} since the
 * {@link #stamp} taken before the store was read: a check that races a new secret leaves nothing.
 */
final class RecentVerdicts {
  private static final int MAX_RIGHT = 100_000;
  private static final int MAX_WRONG = 10_000;
  private static final int STAMPS = 1024;

  private record Kept(byte[] mac, Verdict verdict) {}

  private final Mac prototype;
  private final Map<String, Kept> right = leastRecentlyUsed(MAX_RIGHT);
  private final Map<String, Kept> wrong = leastRecentlyUsed(MAX_WRONG);
  private final long[] stamps = new long[STAMPS];

  RecentVerdicts() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    try {
      prototype = Mac.getInstance("HmacSHA256");
      prototype.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  Optional<Verdict> find(String name, byte[] secret) {
    byte[] mac = mac(secret);
    synchronized (stamps) {
      for (Map<String, Kept> entries : List.of(right, wrong)) {
        Kept entry = entries.get(name);
        if (entry != null && MessageDigest.isEqual(entry.mac(), mac)) {
          return Optional.of(entry.verdict());
        }
      }
    }
    return Optional.empty();
  }

  long stamp(String name) {
    synchronized (stamps) {
      return stamps[slot(name)];
    }
  }

  void keep(String name, byte[] secret, boolean isRight, Verdict verdict, long stamp) {
    Kept entry = new Kept(mac(secret), verdict);
    synchronized (stamps) {
      if (stamps[slot(name)] == stamp) {
        (isRight ? right : wrong).put(name, entry);
      }
    }
  }

  /**
   * The secret stays as it is while what it proves changes. Kept only where the verdict is the one
   * that changed: somebody else may have changed it further, which is to be looked up.
   */
  void replace(String name, Verdict before, Verdict after) {
    synchronized (stamps) {
      Kept kept = right.get(name);
      forget(name);
      if (kept != null && kept.verdict().equals(before)) {
        right.put(name, new Kept(kept.mac(), after));
      }
    }
  }

  void forget(String name) {
    synchronized (stamps) {
      stamps[slot(name)]++;
      right.remove(name);
      wrong.remove(name);
    }
  }

  private static int slot(String name) {
    return (name.hashCode() & 0x7FFF_FFFF) % STAMPS;
  }

  private byte[] mac(byte[] secret) {
    try {
      return ((Mac) prototype.clone()).doFinal(secret);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("HmacSHA256 of the JDK can be cloned", e);
    }
  }

  private static Map<String, Kept> leastRecentlyUsed(int bound) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
        return size() > bound;
      }
    };
  }
}
