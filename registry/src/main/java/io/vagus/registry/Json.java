package io.vagus.registry;

import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.GroupId;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Violation;
import io.vagus.registry.Registry.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the registry holds as JSON text. Field names are stored: they never change meaning. */
public final class Json {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Json() {}

  /** As people read it: {@code in-transfer}. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static JsonNode read(String json) {
    return MAPPER.readTree(json);
  }

  public static String ofModel(ProductModel model) {
    return nodeOf(model).toString();
  }

  static ObjectNode nodeOf(ProductModel model) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("id", model.id()).put("version", model.version()).put("name", model.name());
    ObjectNode metrics = node.putObject("metrics");
    new TreeMap<>(model.metrics())
        .forEach((name, metric) -> write(metric, metrics.putObject(name)));
    model.unknownMetrics().ifPresent(v -> node.put("unknownMetrics", v.name()));
    model.cadence().ifPresent(c -> node.put("cadence", c.toString()));
    node.put("maxMessagesPerMinute", model.maxMessagesPerMinute());
    WayBackJson.write(model, node);
    return node;
  }

  static void write(MetricModel metric, ObjectNode to) {
    to.put("type", metric.type().name()).put("unit", metric.unit());
    metric.min().ifPresent(min -> to.put("min", min));
    metric.max().ifPresent(max -> to.put("max", max));
    to.put("onViolation", metric.onViolation().name());
    SensorFaultsJson.write(metric.faults(), to);
  }

  public static ProductModel toModel(String json) {
    return toModel(MAPPER.readTree(json));
  }

  static ProductModel toModel(JsonNode node) {
    Map<String, MetricModel> metrics = new LinkedHashMap<>();
    node.path("metrics").properties().forEach(m -> metrics.put(m.getKey(), toMetric(m)));
    return new ProductModel(
        node.path("id").asString(),
        node.path("version").asInt(),
        node.path("name").asString(),
        metrics,
        text(node, "unknownMetrics").map(Violation::valueOf),
        text(node, "cadence").map(Duration::parse),
        node.path("maxMessagesPerMinute").asInt(),
        WayBackJson.commands(node),
        WayBackJson.twin(node));
  }

  static MetricModel toMetric(Map.Entry<String, JsonNode> entry) {
    JsonNode metric = entry.getValue();
    return new MetricModel(
        entry.getKey(),
        MetricType.valueOf(metric.path("type").asString()),
        metric.path("unit").asString(),
        number(metric, "min"),
        number(metric, "max"),
        Violation.valueOf(metric.path("onViolation").asString()),
        SensorFaultsJson.read(metric));
  }

  static Optional<String> text(JsonNode node, String field) {
    return node.has(field) ? Optional.of(node.path(field).asString()) : Optional.empty();
  }

  static OptionalDouble number(JsonNode node, String field) {
    return node.has(field)
        ? OptionalDouble.of(node.path(field).asDouble())
        : OptionalDouble.empty();
  }

  public static String ofTags(Map<String, String> tags) {
    if (tags.isEmpty()) {
      return "{}";
    }
    return nodeOf(tags).toString();
  }

  static ObjectNode nodeOf(Map<String, String> tags) {
    ObjectNode node = MAPPER.createObjectNode();
    new TreeMap<>(tags).forEach(node::put);
    return node;
  }

  public static Map<String, String> toTags(String json) {
    if (json.equals("{}")) {
      return Map.of();
    }
    return toTags(MAPPER.readTree(json));
  }

  static Map<String, String> toTags(JsonNode node) {
    Map<String, String> tags = new LinkedHashMap<>();
    node.properties().forEach(t -> tags.put(t.getKey(), t.getValue().asString()));
    return tags;
  }

  public static String ofDetails(Map<Detail, String> details) {
    return details.isEmpty() ? "{}" : nodeOfDetails(details).toString();
  }

  static ObjectNode nodeOfDetails(Map<Detail, String> details) {
    ObjectNode node = MAPPER.createObjectNode();
    new TreeMap<>(details).forEach((detail, value) -> node.put(detail.word(), value));
    return node;
  }

  public static Map<Detail, String> toDetails(String json) {
    return json.equals("{}") ? Map.of() : toDetails(MAPPER.readTree(json));
  }

  static Map<Detail, String> toDetails(JsonNode node) {
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    node.properties().forEach(d -> details.put(Detail.of(d.getKey()), d.getValue().asString()));
    return details;
  }

  public static String ofQuery(Group.Query query) {
    ObjectNode node = MAPPER.createObjectNode();
    query.product().ifPresent(product -> node.put("product", product));
    query.status().ifPresent(status -> node.put("status", status.name()));
    node.set("tags", nodeOf(query.tags()));
    node.set("details", nodeOfDetails(query.details()));
    return node.toString();
  }

  public static Group.Query toQuery(String json) {
    JsonNode node = MAPPER.readTree(json);
    return new Group.Query(
        text(node, "product"),
        text(node, "status").map(Device.Status::valueOf),
        toTags(node.path("tags")),
        toDetails(node.path("details")));
  }

  public static String ofGrants(List<Grant> grants) {
    return nodeOf(grants).toString();
  }

  static ArrayNode nodeOf(List<Grant> grants) {
    ArrayNode array = MAPPER.createArrayNode();
    for (Grant grant : grants) {
      array
          .addObject()
          .put("filter", grant.filter())
          .put("publish", grant.publish())
          .put("subscribe", grant.subscribe());
    }
    return array;
  }

  public static List<Grant> toGrants(String json) {
    return toGrants(MAPPER.readTree(json));
  }

  static List<Grant> toGrants(JsonNode node) {
    List<Grant> grants = new ArrayList<>();
    for (JsonNode grant : node) {
      grants.add(
          new Grant(
              grant.path("filter").asString(),
              grant.path("publish").asBoolean(),
              grant.path("subscribe").asBoolean()));
    }
    return grants;
  }

  public static String ofRoleGrants(List<RoleGrant> grants) {
    return nodeOfRoleGrants(grants).toString();
  }

  static ArrayNode nodeOfRoleGrants(List<RoleGrant> grants) {
    ArrayNode array = MAPPER.createArrayNode();
    for (RoleGrant grant : grants) {
      array.addObject().put("role", grant.role().label()).put("group", grant.group().value());
    }
    return array;
  }

  /** Without roles of a later release, which this one does not know. */
  public static List<RoleGrant> toRoleGrants(String json) {
    return toRoleGrants(MAPPER.readTree(json));
  }

  static List<RoleGrant> toRoleGrants(JsonNode node) {
    List<RoleGrant> grants = new ArrayList<>();
    for (JsonNode grant : node) {
      GroupId group = new GroupId(grant.path("group").asString());
      Role.of(grant.path("role").asString())
          .ifPresent(role -> grants.add(new RoleGrant(role, group)));
    }
    return grants;
  }

  public static String ofWords(List<String> words) {
    return nodeOfWords(words).toString();
  }

  static ArrayNode nodeOfWords(List<String> words) {
    ArrayNode array = MAPPER.createArrayNode();
    words.forEach(array::add);
    return array;
  }

  public static List<String> toWords(String json) {
    return toWords(MAPPER.readTree(json));
  }

  static List<String> toWords(JsonNode node) {
    List<String> words = new ArrayList<>();
    node.forEach(word -> words.add(word.asString()));
    return words;
  }
}
