package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.Caller;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import io.vagus.registry.RightUses;
import io.vagus.registry.Scopes;
import io.vagus.registry.Tokens;
import io.vagus.registry.Tokens.Issued;
import io.vagus.registry.Tokens.NewToken;
import io.vagus.registry.Tokens.Token;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * Tokens of this API: everybody sees and revokes his own, who manages people those of all.
 * Thread-safe.
 */
final class TokenRoutes {
  private static final String TOKENS = "/api/v1/tokens";

  private final Registry registry;
  private final Tokens tokens;
  private final RightUses uses;

  TokenRoutes(Registry registry) {
    this.registry = registry;
    this.tokens = registry.tokens();
    this.uses = registry.rightUses();
  }

  List<Route> routes() {
    return List.of(
        Route.get(TOKENS, this::list),
        Route.write("POST", TOKENS, Route.Body.JSON, this::issue),
        Route.write("DELETE", TOKENS + "/{id}", Route.Body.NONE, this::revoke));
  }

  private Reply list(Call call) {
    Caller caller = call.caller().orElseThrow();
    List<Token> seen = tokens.all().stream().filter(token -> isHis(caller, token)).toList();
    return Shape.page(new Page<>(seen, Optional.empty()), this::write);
  }

  private static boolean isHis(Caller caller, Token token) {
    return caller.hasEverywhere(Right.PEOPLE_MANAGE)
        || (!caller.user().isEmpty() && token.owner().equals(Optional.of(caller.user())))
        || token.actor().equals(caller.actor());
  }

  private Reply issue(Call call) throws IOException {
    JsonObject json = call.json();
    String name = json.require("name", json.string("name"));
    List<String> scopes = json.require("scopes", json.strings("scopes"));
    Optional<String> group = json.string("group");
    Optional<Duration> lifetime =
        json.string("lifetime").map(l -> json.make("lifetime", () -> Durations.parse(l)));
    json.end();
    GroupId on = group.map(id -> DeviceShape.groupId("group", id)).orElse(GroupId.ALL);
    Caller caller = call.caller().orElseThrow();
    requireHeld(caller, scopes, on);
    GroupPlaces.require(registry.groups(), on);
    Optional<String> owner = Optional.of(caller.user()).filter(user -> !user.isEmpty());
    Issued issued = tokens.issue(new NewToken(name, scopes, on, owner, lifetime));
    return Reply.secretJson(
        201,
        out -> {
          write(out, issued.token());
          out.writeStringProperty("token", issued.text());
        },
        out -> write(out, issued.token()));
  }

  private void requireHeld(Caller caller, List<String> scopes, GroupId group) {
    for (Right right : Scopes.require(scopes)) {
      if (!caller.reach(right, registry.groups()).holds(group)) {
        throw new VagusException(
            ErrorCode.FORBIDDEN,
            "scopes: %s on %s is not among the rights of %s"
                .formatted(right.label(), group, caller.actor()));
      }
    }
  }

  private Reply revoke(Call call) {
    String id = call.path("id");
    Caller caller = call.caller().orElseThrow();
    Token token =
        tokens.all().stream()
            .filter(t -> t.id().equals(id) && isHis(caller, t))
            .findFirst()
            .orElseThrow(() -> Problem.notFound("token", id));
    tokens.revoke(token.id());
    uses.forget(token.actor());
    return Reply.noContent();
  }

  private void write(JsonGenerator out, Token token) {
    out.writeStringProperty("id", token.id());
    out.writeStringProperty("name", token.name());
    Shape.strings(out, "scopes", token.scopes());
    out.writeStringProperty("group", token.group().value());
    token.owner().ifPresent(owner -> out.writeStringProperty("owner", owner));
    out.writeStringProperty("createdAt", token.createdAt().toString());
    token.expiresAt().ifPresent(at -> out.writeStringProperty("expiresAt", at.toString()));
    uses.last(token.actor()).ifPresent(at -> out.writeStringProperty("lastUsedAt", at.toString()));
  }
}
