package io.vagus.registry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Secrets as Argon2id hashes (RFC 9106) in the PHC string format, which carries its parameters: a
 * later release may choose dearer ones and still read these. Why these: docs/decisions/0003.
 * Thread-safe; at most one hash per processor at a time, so its memory is bounded.
 */
final class Argon2id {
  /** Of devices, which come in herds: docs/decisions/0003. */
  private static final int DEVICE_MEMORY_KIB = 7 * 1024;

  private static final int DEVICE_PASSES = 1;

  /** Of people, who think of worse secrets and come one by one: docs/decisions/0042. */
  private static final int PEOPLE_MEMORY_KIB = 19 * 1024;

  private static final int PEOPLE_PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** So many hashes at once find their memory ready. */
  private static final int POOLED_HASHES = 4;

  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,3})\\$([^$]+)\\$([^$]+)");

  private final SecureRandom random = new SecureRandom();
  private final Semaphore processors = new Semaphore(Runtime.getRuntime().availableProcessors());

  /** The working memory of hashes, cleared and used again: 7 MiB of garbage each otherwise. */
  private final Argon2BytesGenerator.BlockPool blocks;

  private final int memoryKib;
  private final int passes;

  private Argon2id(int memoryKib, int passes, int pooledHashes) {
    this.memoryKib = memoryKib;
    this.passes = passes;
    this.blocks = new Argon2BytesGenerator.FixedBlockPool(pooledHashes * (memoryKib + 8));
  }

  static Argon2id ofDevices() {
    int pooled = Math.min(Runtime.getRuntime().availableProcessors(), POOLED_HASHES);
    return new Argon2id(DEVICE_MEMORY_KIB, DEVICE_PASSES, pooled);
  }

  static Argon2id ofPeople() {
    return new Argon2id(PEOPLE_MEMORY_KIB, PEOPLE_PASSES, 0);
  }

  String hash(String secret) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] secretBytes = secret.getBytes(StandardCharsets.UTF_8);
    return phc(salt, derive(secretBytes, salt, memoryKib, passes, LANES, HASH_BYTES));
  }

  /** A hash that nothing matches, as dear to check as any. */
  String ofNobody() {
    byte[] bytes = new byte[SALT_BYTES + HASH_BYTES];
    random.nextBytes(bytes);
    byte[] salt = Arrays.copyOf(bytes, SALT_BYTES);
    return phc(salt, Arrays.copyOfRange(bytes, SALT_BYTES, bytes.length));
  }

  static boolean made(String stored) {
    return stored.startsWith("$argon2id$");
  }

  boolean matches(byte[] secret, String phc) {
    Matcher m = PHC.matcher(phc);
    if (!m.matches()) {
      return false;
    }
    byte[] salt = Base64.getDecoder().decode(m.group(4));
    byte[] expected = Base64.getDecoder().decode(m.group(5));
    byte[] actual =
        derive(
            secret,
            salt,
            Integer.parseInt(m.group(1)),
            Integer.parseInt(m.group(2)),
            Integer.parseInt(m.group(3)),
            expected.length);
    return MessageDigest.isEqual(actual, expected);
  }

  private byte[] derive(
      byte[] secret, byte[] salt, int memory, int iterations, int lanes, int length) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory)
            .withIterations(iterations)
            .withParallelism(lanes)
            .withSalt(salt)
            .withBlockPool(blocks)
            .build());
    byte[] out = new byte[length];
    processors.acquireUninterruptibly();
    try {
      generator.generateBytes(secret, out);
    } finally {
      processors.release();
    }
    return out;
  }

  private String phc(byte[] salt, byte[] hash) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m="
        + memoryKib
        + ",t="
        + passes
        + ",p="
        + LANES
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(hash);
  }
}
