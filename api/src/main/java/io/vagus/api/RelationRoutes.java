package io.vagus.api;

import io.vagus.model.Page;
import io.vagus.registry.Registry;
import io.vagus.twin.Node;
import io.vagus.twin.Reach;
import io.vagus.twin.Relation;
import io.vagus.twin.Relations;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** How devices and groups stand to each other. Thread-safe. */
final class RelationRoutes {
  private static final String ALL = "/api/v1/relations";
  private static final String ONE = ALL + "/{kind}/{from}/{to}";
  private static final int DEFAULT_DEPTH = 8;

  /** A question of one node. */
  private enum Question {
    CONTAINS(Relation.Kind.CONTAINS, true),
    WITHIN(Relation.Kind.CONTAINS, false),
    FEEDS(Relation.Kind.FEEDS, true),
    FED_BY(Relation.Kind.FEEDS, false),
    BEHIND(Relation.Kind.BEHIND, false),
    IN_FRONT_OF(Relation.Kind.BEHIND, true);

    private final Relation.Kind kind;
    private final boolean forward;

    Question(Relation.Kind kind, boolean forward) {
      this.kind = kind;
      this.forward = forward;
    }
  }

  /** The ways that lead from a node, as paths and rules name them. */
  static Set<String> words() {
    return Shape.words(Question.class).keySet();
  }

  private final Registry registry;
  private final Relations relations;

  RelationRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.relations = parts.relations();
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL + "/{node}", this::list),
        Route.get(ALL + "/{node}/{related}", Set.of("depth"), this::reach),
        Route.write("PUT", ONE, Route.Body.JSON, this::save),
        Route.write("DELETE", ONE, Route.Body.NONE, this::remove));
  }

  private Reply list(Call call) {
    Node node = asked(call);
    List<Relation> seen =
        relations.of(node).stream()
            .filter(r -> isSeen(call, r.from()) && isSeen(call, r.to()))
            .toList();
    return Shape.page(new Page<>(seen, Optional.empty()), RelationRoutes::write);
  }

  private Reply reach(Call call) {
    Node node = asked(call);
    Question question = Shape.words(Question.class).get(call.path("related"));
    if (question == null) {
      throw Problem.notFound("relation", call.path("related"));
    }
    int depth = call.query().integer("depth", DEFAULT_DEPTH, 1, Reach.MAX_DEPTH);
    Map<Node, Boolean> known = new TreeMap<>();
    Reach reach =
        Reach.of(
            relations,
            question.kind,
            node,
            question.forward,
            depth,
            n -> known.computeIfAbsent(n, other -> isSeen(call, other)));
    return Reply.json(
        200,
        out -> {
          Shape.items(out, "items", reach.found(), RelationRoutes::write);
          out.writeBooleanProperty("whole", reach.isWhole());
        });
  }

  /** The node that the path names, which must be there. */
  private Node asked(Call call) {
    String text = call.path("node");
    try {
      Node node = Node.parse(text);
      if (isSeen(call, node)) {
        return node;
      }
    } catch (IllegalArgumentException e) {
      throw Problem.notFound("node", text);
    }
    throw Problem.notFound("node", text);
  }

  private boolean isSeen(Call call, Node node) {
    return switch (node) {
      case Node.OfDevice(var id) -> call.sight().sees(id) && registry.device(id).isPresent();
      case Node.OfGroup(var id) ->
          call.sight().sees(Optional.of(id)) && registry.groups().find(id).isPresent();
    };
  }

  private Reply save(Call call) throws IOException {
    JsonObject json = call.json();
    String note = json.string("note").orElse("");
    json.end();
    Relation relation = json.make("note", () -> relation(call, note));
    relations.save(relation);
    return Reply.json(200, out -> write(out, relation));
  }

  private Reply remove(Call call) {
    if (!relations.remove(relation(call, ""))) {
      throw notFound(call);
    }
    return Reply.noContent();
  }

  /** Between two that are there. */
  private Relation relation(Call call, String note) {
    boolean known =
        Arrays.stream(Relation.Kind.values())
            .anyMatch(kind -> kind.word().equals(call.path("kind")));
    if (!known) {
      throw notFound(call);
    }
    return new Relation(
        Relation.Kind.valueOf(call.path("kind").toUpperCase(Locale.ROOT)),
        node(call, "from"),
        node(call, "to"),
        note);
  }

  private Node node(Call call, String name) {
    Node node;
    try {
      node = Node.parse(call.path(name));
    } catch (IllegalArgumentException e) {
      throw notFound(call);
    }
    if (!isSeen(call, node)) {
      throw notFound(call);
    }
    return node;
  }

  private static RuntimeException notFound(Call call) {
    boolean unused = call.sight().isEverything(); // asked in any case
    return Problem.notFound(
        "relation", String.join(" ", call.path("kind"), call.path("from"), call.path("to")));
  }

  private static void write(JsonGenerator out, Relation relation) {
    out.writeStringProperty("kind", relation.kind().word());
    out.writeStringProperty("from", relation.from().text());
    out.writeStringProperty("to", relation.to().text());
    if (!relation.note().isEmpty()) {
      out.writeStringProperty("note", relation.note());
    }
  }

  private static void write(JsonGenerator out, Reach.Found found) {
    out.writeStringProperty("node", found.node().text());
    out.writeNumberProperty("depth", found.depth());
    out.writeStringProperty("via", found.via().text());
  }
}
