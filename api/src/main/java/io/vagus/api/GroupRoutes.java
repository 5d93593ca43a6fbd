package io.vagus.api;

import io.vagus.model.Device;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.Group;
import io.vagus.registry.Registry;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Groups of devices: a tree, the top ones organisations. Thread-safe. */
final class GroupRoutes {
  private static final String ALL = "/api/v1/groups";
  private static final String ONE = ALL + "/{group}";

  private final Registry registry;

  GroupRoutes(Registry registry) {
    this.registry = registry;
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, this::list),
        Route.get(ONE, this::read),
        Route.write("PUT", ONE, Route.Body.JSON, this::save),
        Route.write("DELETE", ONE, Route.Body.NONE, this::delete));
  }

  private Reply list(Call call) {
    Sight sight = call.sight();
    List<Group> seen =
        registry.groups().groups().stream()
            .filter(group -> sight.sees(Optional.of(group.id())))
            .toList();
    return Shape.page(new Page<>(seen, Optional.empty()), GroupRoutes::write);
  }

  private Reply read(Call call) {
    Group group = existing(call);
    return Reply.json(200, out -> write(out, group));
  }

  private Reply save(Call call) throws IOException {
    GroupId id = DeviceShape.groupId("group", call.path("group"));
    JsonObject json = call.json();
    Group group =
        new Group(
            id,
            DeviceShape.group(json, "parent"),
            json.string("name").orElse(id.value()),
            json.object("query").map(GroupRoutes::query));
    json.end();
    requireChangeable(call, group);
    Group saved = registry.saveGroup(group);
    return Reply.json(200, out -> write(out, saved));
  }

  /** A top-level group is an organisation: who may on all alone makes or changes one. */
  private void requireChangeable(Call call, Group group) {
    Sight sight = call.sight();
    if (!sight.isEverything()) {
      sight.requirePlace("parent", group.parent());
    }
    if (registry.groups().find(group.id()).isEmpty()) {
      GroupPlaces.requireFree(registry, group.id());
    } else if (!sight.sees(Optional.of(group.id()))) {
      throw Problem.invalid(
          "group", Problem.shown(group.id().value()) + " is taken (expected: another name)");
    }
  }

  private static Group.Query query(JsonObject json) {
    Group.Query query =
        new Group.Query(
            json.string("product"),
            json.choice("status", Shape.words(Device.Status.class)),
            json.stringMap("tags").orElse(Map.of()),
            DeviceShape.details(json));
    json.end();
    return query;
  }

  private Reply delete(Call call) {
    GroupId group = existing(call).id();
    GroupPlaces.requireFree(registry, group);
    registry.deleteGroup(group);
    return Reply.noContent();
  }

  private Group existing(Call call) {
    String id = call.path("group");
    return Optional.of(id)
        .filter(GroupId::isValid)
        .flatMap(valid -> registry.groups().find(new GroupId(valid)))
        .orElseThrow(() -> Problem.notFound("group", id));
  }

  private static void write(JsonGenerator out, Group group) {
    out.writeStringProperty("id", group.id().value());
    group.parent().ifPresent(parent -> out.writeStringProperty("parent", parent.value()));
    out.writeStringProperty("name", group.name());
    group
        .query()
        .ifPresent(query -> {
          out.writeObjectPropertyStart("query");
          query.product().ifPresent(product -> out.writeStringProperty("product", product));
          query.status().ifPresent(status -> out.writeStringProperty("status", Shape.word(status)));
          Shape.stringMap(out, "tags", query.tags());
          DeviceShape.writeDetails(out, query.details());
          out.writeEndObject();
        });
  }
}
