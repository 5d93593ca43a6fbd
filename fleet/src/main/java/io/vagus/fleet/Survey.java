package io.vagus.fleet;

import io.vagus.client.ApiClient;
import io.vagus.client.ApiPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Looks at a real fleet through the API, and describes it as a profile. Used by one thread. */
final class Survey {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MESSAGES = 100;
  private static final int PAGE = 1000;

  private final ApiClient api;
  private final int sample;

  /**
   * @param sample devices of each product whose messages are looked at
   */
  Survey(ApiClient api, int sample) {
    this.api = api;
    this.sample = sample;
  }

  ObjectNode profile() {
    ObjectNode profile = JSON.createObjectNode();
    var products = profile.putArray("products");
    for (JsonNode model : get("/api/v1/products").path("items")) {
      String id = model.path("id").asString();
      Census census = new Census();
      List<String> devices = devices(id, census);
      if (!devices.isEmpty()) {
        ObjectNode product = products.addObject();
        product.put("id", id).put("name", model.path("name").asString());
        product.put("devices", devices.size());
        census.describe(product);
        describe(product, model, sample(devices));
      }
    }
    return profile;
  }

  private JsonNode get(String path) {
    return JSON.readTree(api.get(path));
  }

  /** The ids of all devices of a product. */
  private List<String> devices(String product, Census census) {
    List<String> ids = new ArrayList<>();
    eachItem(
        "/api/v1/devices?limit=" + PAGE + ApiPath.and("product", product),
        device -> {
          ids.add(device.path("id").asString());
          census.add(device);
        });
    return ids;
  }

  private void eachItem(String query, Consumer<JsonNode> item) {
    JsonNode page = get(query);
    page.path("items").forEach(item);
    while (page.has("next")) {
      page = get(query + ApiPath.and("cursor", page.path("next").asString()));
      page.path("items").forEach(item);
    }
  }

  /** Spread evenly over all, so that no batch of devices stands for the others. */
  private List<String> sample(List<String> devices) {
    int count = Math.min(sample, devices.size());
    List<String> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(devices.get((int) ((long) i * devices.size() / count)));
    }
    return some;
  }

  private void describe(ObjectNode product, JsonNode model, List<String> devices) {
    Traffic traffic = new Traffic();
    Map<String, Levels> levels = new HashMap<>();
    for (String device : devices) {
      traffic.add(
          get(ApiPath.of("devices", device, "messages") + "?limit=" + MESSAGES).path("items"));
      traffic.addGaps(get("/api/v1/gaps?limit=1000" + ApiPath.and("device", device)));
      for (JsonNode reading : get(ApiPath.of("devices", device, "readings")).path("readings")) {
        levels
            .computeIfAbsent(reading.path("metric").asString(), m -> new Levels())
            .add(reading.path("value"));
      }
    }
    product.put("cadence", traffic.cadence(model));
    product.put("http", Census.rounded(traffic.httpShare()));
    product
        .putObject("link")
        .put("duplicates", Census.rounded(traffic.duplicateShare()))
        .put("loss", Census.rounded(traffic.lossShare()))
        .put("latency", traffic.latencyMillis() + "ms");
    for (String rule : List.of("unknownMetrics", "maxMessagesPerMinute")) {
      product.set(rule, model.path(rule));
    }
    ObjectNode metrics = product.putObject("metrics");
    model
        .path("metrics")
        .properties()
        .forEach(m ->
            metrics.set(
                m.getKey(), metric(m.getValue(), levels.getOrDefault(m.getKey(), new Levels()))));
  }

  private static ObjectNode metric(JsonNode model, Levels levels) {
    ObjectNode metric = JSON.createObjectNode();
    model.properties().forEach(field -> metric.set(field.getKey(), field.getValue()));
    switch (model.path("type").asString()) {
      case "boolean" -> metric.put("signal", "states").putArray("states").add("false").add("true");
      case "text" -> {
        var words = metric.put("signal", "states").putArray("states");
        levels.words().forEach(words::add);
      }
      default -> {
        metric.put("base", Census.rounded(Census.mean(levels.numbers)));
        metric.put("spread", Census.rounded(Census.deviation(levels.numbers)));
        for (String[] bound : new String[][] {{"min", "low"}, {"max", "high"}}) {
          if (model.has(bound[0])) {
            metric.set(bound[1], model.path(bound[0]));
          }
        }
        metric.put("decimals", model.path("type").asString().equals("integer") ? 0 : 2);
      }
    }
    return metric;
  }

  /** Where the latest values of a metric lie. */
  private static final class Levels {
    private final List<Double> numbers = new ArrayList<>();
    private final List<String> words = new ArrayList<>();

    void add(JsonNode value) {
      if (value.isNumber()) {
        numbers.add(value.asDouble());
      } else if (value.isString() && !words.contains(value.asString())) {
        words.add(value.asString());
      }
    }

    List<String> words() {
      return words.isEmpty() ? List.of("unknown") : words;
    }
  }
}
