package io.vagus.registry;

import io.vagus.model.GroupId;
import io.vagus.registry.HeldPeople.Store.Change;
import io.vagus.registry.HeldTokens.StoredToken;
import io.vagus.registry.Tokens.Token;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens to users and tokens: a user as he is afterwards, with digests in place of what
 * proves him. Field names are stored: they never change meaning.
 */
public final class PeopleFacts {
  private PeopleFacts() {}

  public static Fact of(Change change) {
    return switch (change) {
      case HeldPeople.Store.Added(StoredUser user) -> fact(user, "added");
      case HeldPeople.Store.Changed(StoredUser user, String what) -> fact(user, what);
      case HeldPeople.Store.Removed(String name) ->
          new Fact(Subject.user(name), "user.removed", "{}");
    };
  }

  private static Fact fact(StoredUser stored, String what) {
    User user = stored.user();
    ObjectNode body = Json.object();
    body.put("displayName", user.displayName()).put("disabled", user.disabled());
    body.set("grants", Json.nodeOfRoleGrants(user.grants()));
    user.subject().ifPresent(subject -> body.put("subject", subject));
    stored.hash().ifPresent(hash -> body.put("secret", LogFacts.digest(hash)));
    user.passwordAt().ifPresent(at -> body.put("passwordMicros", micros(at)));
    body.put("secondFactor", user.secondFactor());
    stored.totpSecret().ifPresent(secret -> body.put("codeSecret", LogFacts.digest(secret)));
    body.put("codeStep", stored.totpStep()).put("createdMicros", micros(user.createdAt()));
    return new Fact(Subject.user(user.name()), "user." + what, body.toString());
  }

  /** As he was after the event, with digests for what proves him; empty when he was gone. */
  public static Optional<StoredUser> user(String name, String body) {
    JsonNode node = Json.read(body);
    if (!node.has("createdMicros")) {
      return Optional.empty();
    }
    Optional<Instant> passwordAt =
        node.has("passwordMicros")
            ? Optional.of(instant(node.path("passwordMicros").asLong()))
            : Optional.empty();
    User user =
        new User(
            name,
            node.path("displayName").asString(),
            node.path("disabled").asBoolean(),
            Json.toRoleGrants(node.path("grants")),
            Json.text(node, "subject"),
            node.path("secondFactor").asBoolean(),
            instant(node.path("createdMicros").asLong()),
            passwordAt);
    return Optional.of(
        new StoredUser(
            user,
            Json.text(node, "secret"),
            Json.text(node, "codeSecret"),
            node.path("codeStep").asLong()));
  }

  public static Fact tokenIssued(StoredToken stored) {
    Token token = stored.token();
    ObjectNode body = Json.object();
    body.put("digest", stored.digest()).put("name", token.name());
    body.set("scopes", Json.nodeOfWords(token.scopes()));
    body.put("group", token.group().value());
    token.owner().ifPresent(owner -> body.put("owner", owner));
    body.put("createdMicros", micros(token.createdAt()));
    token.expiresAt().ifPresent(at -> body.put("expiresMicros", micros(at)));
    return new Fact(subject(token), "token.issued", body.toString());
  }

  /** It had ended, and was forgotten. */
  public static Fact tokenExpired(StoredToken stored) {
    return tokenEnded(stored, "token.expired");
  }

  public static Fact tokenRevoked(StoredToken stored) {
    return tokenEnded(stored, "token.revoked");
  }

  private static Fact tokenEnded(StoredToken stored, String type) {
    return Fact.noted(subject(stored.token()), type, Map.of("digest", stored.digest()));
  }

  private static Subject subject(Token token) {
    return Subject.token(token.name());
  }

  /** Of any token's event. */
  public static String tokenDigest(String body) {
    return Json.read(body).path("digest").asString();
  }

  /** Of an issued token. */
  public static StoredToken token(String body) {
    JsonNode node = Json.read(body);
    Optional<Instant> expiresAt =
        node.has("expiresMicros")
            ? Optional.of(instant(node.path("expiresMicros").asLong()))
            : Optional.empty();
    String digest = node.path("digest").asString();
    Token token =
        new Token(
            HeldTokens.id(digest),
            node.path("name").asString(),
            Json.toWords(node.path("scopes")),
            new GroupId(node.path("group").asString(GroupId.ALL.value())),
            Json.text(node, "owner"),
            instant(node.path("createdMicros").asLong()),
            expiresAt);
    return new StoredToken(digest, token);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
