package io.vagus.registry.sql;

import io.vagus.model.GroupId;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Violation;
import io.vagus.registry.Registry.Grant;
import io.vagus.registry.Role;
import io.vagus.registry.RoleGrant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the registry holds as JSON text. Field names are stored: they never change meaning. */
final class Json {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Json() {}

  static String ofModel(ProductModel model) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("id", model.id()).put("version", model.version()).put("name", model.name());
    ObjectNode metrics = node.putObject("metrics");
    new TreeMap<>(model.metrics())
        .forEach((name, metric) -> {
          ObjectNode m = metrics.putObject(name);
          m.put("type", metric.type().name()).put("unit", metric.unit());
          metric.min().ifPresent(min -> m.put("min", min));
          metric.max().ifPresent(max -> m.put("max", max));
          m.put("onViolation", metric.onViolation().name());
        });
    model.unknownMetrics().ifPresent(v -> node.put("unknownMetrics", v.name()));
    model.cadence().ifPresent(c -> node.put("cadence", c.toString()));
    node.put("maxMessagesPerMinute", model.maxMessagesPerMinute());
    return node.toString();
  }

  static ProductModel toModel(String json) {
    JsonNode node = MAPPER.readTree(json);
    Map<String, MetricModel> metrics = new LinkedHashMap<>();
    node.path("metrics").properties().forEach(m -> metrics.put(m.getKey(), toMetric(m)));
    return new ProductModel(
        node.path("id").asString(),
        node.path("version").asInt(),
        node.path("name").asString(),
        metrics,
        text(node, "unknownMetrics").map(Violation::valueOf),
        text(node, "cadence").map(Duration::parse),
        node.path("maxMessagesPerMinute").asInt());
  }

  private static MetricModel toMetric(Map.Entry<String, JsonNode> entry) {
    JsonNode metric = entry.getValue();
    return new MetricModel(
        entry.getKey(),
        MetricType.valueOf(metric.path("type").asString()),
        metric.path("unit").asString(),
        number(metric, "min"),
        number(metric, "max"),
        Violation.valueOf(metric.path("onViolation").asString()));
  }

  private static Optional<String> text(JsonNode node, String field) {
    return node.has(field) ? Optional.of(node.path(field).asString()) : Optional.empty();
  }

  private static OptionalDouble number(JsonNode node, String field) {
    return node.has(field)
        ? OptionalDouble.of(node.path(field).asDouble())
        : OptionalDouble.empty();
  }

  static String ofTags(Map<String, String> tags) {
    if (tags.isEmpty()) {
      return "{}";
    }
    ObjectNode node = MAPPER.createObjectNode();
    new TreeMap<>(tags).forEach(node::put);
    return node.toString();
  }

  static Map<String, String> toTags(String json) {
    if (json.equals("{}")) {
      return Map.of();
    }
    Map<String, String> tags = new LinkedHashMap<>();
    MAPPER.readTree(json).properties().forEach(t -> tags.put(t.getKey(), t.getValue().asString()));
    return tags;
  }

  static String ofGrants(List<Grant> grants) {
    ArrayNode array = MAPPER.createArrayNode();
    for (Grant grant : grants) {
      array
          .addObject()
          .put("filter", grant.filter())
          .put("publish", grant.publish())
          .put("subscribe", grant.subscribe());
    }
    return array.toString();
  }

  static List<Grant> toGrants(String json) {
    List<Grant> grants = new ArrayList<>();
    for (JsonNode grant : MAPPER.readTree(json)) {
      grants.add(
          new Grant(
              grant.path("filter").asString(),
              grant.path("publish").asBoolean(),
              grant.path("subscribe").asBoolean()));
    }
    return grants;
  }

  static String ofRoleGrants(List<RoleGrant> grants) {
    ArrayNode array = MAPPER.createArrayNode();
    for (RoleGrant grant : grants) {
      array
          .addObject()
          .put("role", grant.role().label())
          .put("group", grant.group().value());
    }
    return array.toString();
  }

  /** Without roles of a later release, which this one does not know. */
  static List<RoleGrant> toRoleGrants(String json) {
    List<RoleGrant> grants = new ArrayList<>();
    for (JsonNode grant : MAPPER.readTree(json)) {
      GroupId group = new GroupId(grant.path("group").asString());
      Role.of(grant.path("role").asString())
          .ifPresent(role -> grants.add(new RoleGrant(role, group)));
    }
    return grants;
  }

  static String ofWords(List<String> words) {
    ArrayNode array = MAPPER.createArrayNode();
    words.forEach(array::add);
    return array.toString();
  }

  static List<String> toWords(String json) {
    List<String> words = new ArrayList<>();
    MAPPER.readTree(json).forEach(word -> words.add(word.asString()));
    return words;
  }
}
