package io.vagus.registry;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@link Credentials} over whatever keeps the hashes. Thread-safe.
 *
 * <p>An unknown name, a device without a secret and a wrong secret cost the same and are refused in
 * the same words, so that nobody learns which names exist. Tokens are 256 random bits: a plain
 * SHA-256 of one cannot be guessed back, and all of them are held in memory.
 */
public final class HashedCredentials implements Credentials {
  private static final String TOKEN_PREFIX = "vagus_";
  private static final int TOKEN_BYTES = 32;
  private static final Refused WRONG =
      new Refused(ErrorCode.BAD_CREDENTIALS, "unknown name or wrong secret");

  /** Where hashes are kept. */
  public interface Store {
    Optional<Known> find(String name);

    void save(Token token);
  }

  /** What a name stands for once its secret is proved. */
  public record Known(Verdict verdict, Optional<String> hash) {
    @Override
    public String toString() {
      return "Known[" + verdict + "]";
    }
  }

  /**
   * An API token as stored.
   *
   * @param digest SHA-256 of the token, hexadecimal
   * @param expiresMicros wall clock; empty: never
   */
  public record Token(String digest, String name, List<String> scopes, OptionalLong expiresMicros) {
    public Token {
      scopes = List.copyOf(scopes);
    }
  }

  private final Store store;
  private final WallClock wall;
  private final SecretHashes hashes = new SecretHashes();
  private final RecentVerdicts recent = new RecentVerdicts();
  private final Map<String, Token> tokens = new ConcurrentHashMap<>();

  public HashedCredentials(Store store, List<Token> stored, WallClock wall) {
    this.store = store;
    this.wall = wall;
    stored.forEach(token -> tokens.put(token.digest(), token));
  }

  @Override
  public Optional<Verdict> recognise(String name, byte[] secret) {
    return isPlausible(name, secret) ? recent.find(name, secret) : Optional.of(WRONG);
  }

  @Override
  public Verdict check(String name, byte[] secret) {
    if (!isPlausible(name, secret)) {
      return WRONG;
    }
    long stamp = recent.stamp(name);
    Optional<Known> known = store.find(name);
    boolean right = hashes.matches(secret, known.flatMap(Known::hash));
    Verdict verdict = right ? known.map(Known::verdict).map(this::orBarred).orElse(WRONG) : WRONG;
    recent.keep(name, secret, right, verdict, stamp);
    return verdict;
  }

  /** The same for every name: tells nothing about which exist. */
  private static boolean isPlausible(String name, byte[] secret) {
    return name.length() <= Rules.MAX_HOLDER_CHARS
        && secret.length >= Rules.MIN_SECRET_BYTES
        && secret.length <= Rules.MAX_SECRET_BYTES;
  }

  private Verdict orBarred(Verdict verdict) {
    return verdict instanceof DeviceVerdict(Device device) && !device.status().mayConnect()
        ? new Refused(
            ErrorCode.DEVICE_SUSPENDED,
            "device \"" + device.id() + "\" is " + Json.word(device.status()))
        : verdict;
  }

  /** The name's secret, status or rights changed: the next connection is checked anew. */
  public void forget(String name) {
    recent.forget(name);
  }

  @Override
  public boolean isQuick(byte[] secret) {
    return Secret.looksGenerated(secret);
  }

  /** As it is stored; of a chosen one milliseconds of CPU. */
  public String hash(Secret secret) {
    return hashes.hash(secret);
  }

  /** In the order given, on all processors. */
  public List<Optional<String>> hashAll(List<Optional<Secret>> secrets) {
    return hashes.hashAll(secrets);
  }

  @Override
  public Optional<TokenHolder> token(String token) {
    Token stored = tokens.get(digest(token));
    return stored == null || isExpired(stored)
        ? Optional.empty()
        : Optional.of(new TokenHolder(stored.name(), stored.scopes()));
  }

  private boolean isExpired(Token token) {
    return token.expiresMicros().isPresent() && token.expiresMicros().getAsLong() <= wall.micros();
  }

  @Override
  public String issueToken(String name, List<String> scopes, Optional<Duration> lifetime) {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    String token = TOKEN_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    OptionalLong expires =
        lifetime.isPresent()
            ? OptionalLong.of(wall.micros() + lifetime.get().toNanos() / 1000)
            : OptionalLong.empty();
    Token stored = new Token(digest(token), name, scopes, expires);
    store.save(stored);
    tokens.put(stored.digest(), stored);
    return token;
  }

  private static String digest(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
