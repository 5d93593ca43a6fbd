package io.vagus.registry;

import io.vagus.model.GroupId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tokens of the API, as in {@code Authorization: Bearer} (RFC 6750). Thread-safe. */
public interface Tokens {

  /**
   * Makes a token, whose text is shown once and stored as a hash. CONFLICT when another that has
   * not ended has its name, by which the event log names it.
   */
  Issued issue(NewToken token);

  /** From memory; empty for one that is not known or has ended. */
  Optional<Token> find(String text);

  /** Those that have not ended, the newest first. */
  List<Token> all();

  /** NOT_FOUND when there is none. */
  void revoke(String id);

  /**
   * A token to be.
   *
   * @param scopes labels of roles or rights
   * @param owner the user whose rights bound the token's; empty: it stands for itself
   */
  record NewToken(
      String name,
      List<String> scopes,
      GroupId group,
      Optional<String> owner,
      Optional<Duration> lifetime) {}

  /** What was made. */
  record Issued(String text, Token token) {
    @Override
    public String toString() {
      return "Issued[" + token + "]";
    }
  }

  /**
   * A token as it is listed.
   *
   * @param id tells it from others, and opens nothing
   */
  record Token(
      String id,
      String name,
      List<String> scopes,
      GroupId group,
      Optional<String> owner,
      Instant createdAt,
      Optional<Instant> expiresAt) {
    public Token {
      scopes = List.copyOf(scopes);
    }

    /** As the event log names it. */
    public String actor() {
      return "token:" + name;
    }

    /** What its scopes stand for; a word that is not known stands for nothing. */
    public Set<Right> rights() {
      return Scopes.rights(scopes);
    }

    public boolean isExpired(Instant now) {
      return expiresAt.isPresent() && !now.isBefore(expiresAt.get());
    }
  }
}
