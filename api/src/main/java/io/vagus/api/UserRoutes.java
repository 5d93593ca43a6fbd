package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.Caller;
import io.vagus.registry.People;
import io.vagus.registry.People.NewUser;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import io.vagus.registry.RightUses;
import io.vagus.registry.Role;
import io.vagus.registry.RoleGrant;
import io.vagus.registry.User;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * Users and what they were granted. Nobody gives what he does not have, and nobody changes one who
 * may more than he. Thread-safe.
 */
final class UserRoutes {
  private static final String USERS = "/api/v1/users";
  private static final String USER = USERS + "/{name}";

  private final Registry registry;
  private final People people;
  private final RightUses uses;

  UserRoutes(Registry registry) {
    this.registry = registry;
    this.people = registry.people();
    this.uses = registry.rightUses();
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/roles", this::roles),
        Route.get(USERS, this::list),
        Route.write("POST", USERS, Route.Body.SECRET_JSON, this::add),
        Route.get(USER, call -> reply(existing(call))),
        Route.write("PATCH", USER, Route.Body.JSON, this::edit),
        Route.write("DELETE", USER, Route.Body.NONE, this::remove),
        Route.write("POST", USER + "/password", Route.Body.SECRET_JSON, this::password),
        Route.write("POST", USER + "/grants", Route.Body.JSON, this::grant),
        Route.write("DELETE", USER + "/grants/{role}/{group}", Route.Body.NONE, this::withdraw),
        Route.write("DELETE", USER + "/second-factor", Route.Body.NONE, this::removeFactor));
  }

  private Reply roles(Call call) {
    return Reply.json(
        200,
        out -> {
          Shape.items(
              out,
              "roles",
              Arrays.asList(Role.values()),
              (o, role) -> {
                o.writeStringProperty("role", role.label());
                Shape.strings(o, "rights", role.rights().stream().map(Right::label).toList());
              });
          Shape.items(
              out,
              "rights",
              Arrays.asList(Right.values()),
              (o, right) -> {
                o.writeStringProperty("right", right.label());
                o.writeStringProperty("meaning", right.meaning());
              });
        });
  }

  private Reply list(Call call) {
    return Shape.page(new Page<>(people.all(), Optional.empty()), this::write);
  }

  private Reply add(Call call) throws IOException {
    JsonObject json = call.json();
    String name = json.require("name", json.string("name"));
    Optional<String> display = json.string("displayName");
    Optional<String> password = json.string("password");
    List<RoleGrant> grants = json.list("grants", UserRoutes::grant).orElse(List.of());
    json.end();
    requireHeld(call, grants);
    grants.forEach(grant -> GroupPlaces.require(registry.groups(), grant.group()));
    User user = people.add(new NewUser(name, display.orElse(""), password, grants));
    return Reply.json(201, out -> write(out, user)).with("Location", USERS + "/" + name);
  }

  private Reply edit(Call call) throws IOException {
    User before = manageable(call);
    JsonObject json = call.json();
    Optional<String> display = json.string("displayName");
    Optional<Boolean> disabled = json.bool("disabled");
    json.end();
    display.ifPresent(d -> people.rename(before.name(), d));
    disabled.ifPresent(d -> people.disable(before.name(), d));
    return reply(existing(call));
  }

  private Reply remove(Call call) {
    people.remove(manageable(call).name());
    return Reply.noContent();
  }

  private Reply password(Call call) throws IOException {
    User user = manageable(call);
    JsonObject json = call.json();
    String password = json.require("password", json.string("password"));
    json.end();
    people.setPassword(user.name(), password);
    return Reply.noContent();
  }

  private Reply grant(Call call) throws IOException {
    User user = existing(call);
    RoleGrant grant = grant(call.json());
    requireHeld(call, List.of(grant));
    GroupPlaces.require(registry.groups(), grant.group());
    return reply(people.grant(user.name(), grant));
  }

  private Reply withdraw(Call call) {
    User user = manageable(call);
    RoleGrant grant = grant(call.path("role"), call.path("group"));
    return reply(people.withdraw(user.name(), grant));
  }

  private Reply removeFactor(Call call) {
    return reply(people.removeTotp(manageable(call).name()));
  }

  private static RoleGrant grant(JsonObject json) {
    String role = json.require("role", json.string("role"));
    String group = json.string("group").orElse(GroupId.ALL.value());
    json.end();
    return grant(role, group);
  }

  private static RoleGrant grant(String word, String group) {
    Role role =
        Role.of(word)
            .orElseThrow(() ->
                Problem.invalid(
                    "role",
                    Problem.shown(word)
                        + " (expected: one of "
                        + Arrays.toString(Role.values()).toLowerCase(Locale.ROOT)
                        + ")"));
    return new RoleGrant(role, DeviceShape.groupId("group", group));
  }

  private User existing(Call call) {
    String name = call.path("name");
    return people.find(name).orElseThrow(() -> Problem.notFound("user", name));
  }

  private User manageable(Call call) {
    User user = existing(call);
    requireHeld(call, user.grants());
    return user;
  }

  private void requireHeld(Call call, List<RoleGrant> grants) {
    Caller caller = call.caller().orElseThrow();
    for (RoleGrant grant : grants) {
      for (Right right : grant.role().rights()) {
        if (!caller.reach(right, registry.groups()).holds(grant.group())) {
          throw new VagusException(
              ErrorCode.FORBIDDEN,
              "grant: " + grant + " (expected: no right that " + caller.actor() + " lacks)");
        }
      }
    }
  }

  private Reply reply(User user) {
    return Reply.json(200, out -> write(out, user));
  }

  private void write(JsonGenerator out, User user) {
    out.writeStringProperty("name", user.name());
    out.writeStringProperty("displayName", user.displayName());
    out.writeBooleanProperty("disabled", user.disabled());
    Shape.items(
        out,
        "grants",
        user.grants(),
        (o, grant) -> {
          o.writeStringProperty("role", grant.role().label());
          o.writeStringProperty("group", grant.group().value());
        });
    out.writeBooleanProperty("secondFactor", user.secondFactor());
    user.subject().ifPresent(subject -> out.writeStringProperty("subject", subject));
    out.writeStringProperty("createdAt", user.createdAt().toString());
    user.passwordAt().ifPresent(at -> out.writeStringProperty("passwordAt", at.toString()));
    uses.last("user:" + user.name())
        .ifPresent(at -> out.writeStringProperty("lastUsedAt", at.toString()));
  }
}
