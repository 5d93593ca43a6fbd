package io.vagus.registry;

import io.vagus.model.GroupId;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry.Application;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens to products, groups and applications. Field names are stored: they never change
 * meaning.
 */
public final class CatalogueFacts {
  private CatalogueFacts() {}

  /**
   * @param model with the number of its version
   */
  public static Fact productSaved(ProductModel model, long createdMicros) {
    ObjectNode body = Json.object();
    body.set("model", Json.nodeOf(model));
    body.put("createdMicros", createdMicros);
    return new Fact(Subject.product(model.id()), "product.saved", body.toString());
  }

  public static Fact productDeleted(String product) {
    return new Fact(Subject.product(product), "product.deleted", "{}");
  }

  /**
   * @param hash of its new secret; empty: it keeps the one it has
   */
  public static Fact applicationSaved(Application application, Optional<String> hash) {
    ObjectNode body = Json.object();
    body.set("grants", Json.nodeOf(application.grants()));
    hash.ifPresent(h -> body.put("secret", LogFacts.digest(h)));
    return new Fact(Subject.application(application.name()), "application.saved", body.toString());
  }

  public static Fact applicationDeleted(String name) {
    return Fact.noted(Subject.application(name), "application.deleted", Map.of());
  }

  public static Fact tagsDeclared(TagVocabulary vocabulary) {
    return new Fact(new Subject("tags", ""), "tags.declared", vocabulary.text());
  }

  public static Fact groupSaved(Group group) {
    ObjectNode body = Json.object();
    body.put("name", group.name());
    group.parent().ifPresent(parent -> body.put("parent", parent.value()));
    group.query().ifPresent(query -> body.set("query", Json.read(Json.ofQuery(query))));
    return new Fact(Subject.group(group.id()), "group.saved", body.toString());
  }

  public static Fact groupDeleted(GroupId group) {
    return Fact.noted(Subject.group(group), "group.deleted", Map.of());
  }

  /** Of a saved group. */
  public static Group group(GroupId id, String body) {
    JsonNode node = Json.read(body);
    return new Group(
        id,
        Json.text(node, "parent").map(GroupId::new),
        node.path("name").asString(),
        node.has("query")
            ? Optional.of(Json.toQuery(node.path("query").toString()))
            : Optional.empty());
  }

  /** Of a saved product. */
  public static ProductModel model(String body) {
    return Json.toModel(Json.read(body).path("model"));
  }

  /** Of a saved product. */
  public static long createdMicros(String body) {
    return Json.read(body).path("createdMicros").asLong();
  }

  /** Of a saved application. */
  public static Application application(String name, String body) {
    JsonNode node = Json.read(body);
    return new Application(name, Json.toGrants(node.path("grants")));
  }

  /** {@link LogFacts#digest} of the hash that the event gave an application. */
  public static Optional<String> secretDigest(String body) {
    return Json.text(Json.read(body), "secret");
  }
}
