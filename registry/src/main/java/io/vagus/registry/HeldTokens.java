package io.vagus.registry;

import io.vagus.kit.WallClock;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * {@link Tokens} held in memory over whatever keeps them. A token is 256 random bits: a plain
 * SHA-256 of one cannot be guessed back, and finding one by its digest tells by no time how much of
 * a guess was right.
 */
public final class HeldTokens implements Tokens {
  private static final String PREFIX = "vagus_";
  private static final int BYTES = 32;
  private static final int ID_CHARS = 12;
  private static final int MAX_TOKENS = 10_000;
  private static final Duration LONGEST = Duration.ofDays(3650);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** Where tokens are kept. */
  public interface Store {

    /**
     * In one transaction.
     *
     * @param judge runs within it; what it throws undoes it
     * @param committed runs before the next writer
     */
    void save(StoredToken token, Runnable judge, Runnable committed);

    void delete(StoredToken token, Runnable committed);
  }

  /**
   * @param digest SHA-256 of the token's text, hexadecimal; the id is its beginning
   */
  public record StoredToken(String digest, Token token) {}

  private final Store store;
  private final WallClock wall;
  private final Map<String, StoredToken> byDigest = new ConcurrentHashMap<>();

  public HeldTokens(Store store, List<StoredToken> stored, WallClock wall) {
    this.store = store;
    this.wall = wall;
    stored.forEach(token -> byDigest.put(token.digest(), token));
  }

  /** What tells a token from others: the beginning of its digest. */
  public static String id(String digest) {
    return digest.substring(0, ID_CHARS);
  }

  @Override
  public Issued issue(NewToken asked) {
    require(asked);
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Instant now = wall.now();
    String digest = digest(text);
    Token token =
        new Token(
            id(digest),
            asked.name(),
            asked.scopes(),
            asked.group(),
            asked.owner(),
            now,
            asked.lifetime().map(now::plus));
    StoredToken stored = new StoredToken(digest, token);
    store.save(stored, () -> requirePlace(asked.name()), () -> byDigest.put(digest, stored));
    return new Issued(text, token);
  }

  private void require(NewToken asked) {
    if (!NAME.matcher(asked.name()).matches()) {
      Rules.requireText("name", asked.name(), Rules.MAX_NAME_CHARS);
      throw Rules.invalid(
          "name: \"" + asked.name() + "\" (expected: 1 to 64 of letters, digits and . _ -)");
    }
    Scopes.require(asked.scopes());
    Optional<Duration> lifetime = asked.lifetime();
    if (lifetime.isPresent()
        && (!lifetime.get().isPositive() || lifetime.get().compareTo(LONGEST) > 0)) {
      throw Rules.invalid("lifetime: " + lifetime.get() + " (expected: up to 3650d)");
    }
  }

  /** As of the last commit: of two that ask at once, the second is told. */
  private void requirePlace(String name) {
    if (all().stream().anyMatch(token -> token.name().equals(name))) {
      throw Rules.conflict("name: \"" + name + "\" is another token's");
    }
    if (byDigest.size() >= MAX_TOKENS) {
      throw Rules.conflict("tokens: " + byDigest.size() + " (expected: <= " + MAX_TOKENS + ")");
    }
  }

  @Override
  public Optional<Token> find(String text) {
    return Optional.ofNullable(byDigest.get(digest(text)))
        .map(StoredToken::token)
        .filter(token -> !token.isExpired(wall.now()));
  }

  @Override
  public List<Token> all() {
    Instant now = wall.now();
    return byDigest.values().stream()
        .map(StoredToken::token)
        .filter(token -> !token.isExpired(now))
        .sorted(Comparator.comparing(Token::createdAt).reversed().thenComparing(Token::id))
        .toList();
  }

  @Override
  public void revoke(String id) {
    StoredToken token =
        byDigest.values().stream()
            .filter(t -> t.token().id().equals(id) && !t.token().isExpired(wall.now()))
            .findFirst()
            .orElseThrow(() -> Rules.notFound("token: \"" + id + "\" does not exist"));
    store.delete(token, () -> byDigest.remove(token.digest()));
  }

  private static String digest(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
