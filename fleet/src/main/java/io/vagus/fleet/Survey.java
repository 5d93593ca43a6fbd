package io.vagus.fleet;

import io.vagus.client.ApiClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Looks at a fleet through the API, and describes it as a profile. Used by one thread. */
final class Survey {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MESSAGES = 100;

  private final ApiClient api;
  private final int sample;

  /**
   * @param sample devices of each product to look at
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
      JsonNode page = get("/api/v1/devices?product=" + id + "&limit=" + sample);
      long count = page.path("total").asLong();
      if (count > 0) {
        products.add(product(model, count, page.path("items")));
      }
    }
    return profile;
  }

  private JsonNode get(String path) {
    return JSON.readTree(api.get(path));
  }

  private ObjectNode product(JsonNode model, long count, JsonNode devices) {
    Traffic traffic = new Traffic();
    Map<String, Levels> levels = new HashMap<>();
    for (JsonNode device : devices) {
      String path = "/api/v1/devices/" + device.path("id").asString();
      traffic.add(get(path + "/messages?limit=" + MESSAGES).path("items"));
      traffic.addGaps(get("/api/v1/gaps?limit=1000&device=" + device.path("id").asString()));
      for (JsonNode reading : get(path + "/readings").path("readings")) {
        levels
            .computeIfAbsent(reading.path("metric").asString(), m -> new Levels())
            .add(reading.path("value"));
      }
    }
    ObjectNode product = JSON.createObjectNode();
    product.put("id", model.path("id").asString()).put("name", model.path("name").asString());
    product.put("devices", count).put("cadence", traffic.cadence(model));
    product.put("http", rounded(traffic.httpShare()));
    product
        .putObject("link")
        .put("duplicates", rounded(traffic.duplicateShare()))
        .put("loss", rounded(traffic.lossShare()))
        .put("latency", traffic.latencyMillis() + "ms");
    ObjectNode metrics = product.putObject("metrics");
    model
        .path("metrics")
        .properties()
        .forEach(m ->
            metrics.set(
                m.getKey(), metric(m.getValue(), levels.getOrDefault(m.getKey(), new Levels()))));
    return product;
  }

  private static ObjectNode metric(JsonNode model, Levels levels) {
    ObjectNode metric = JSON.createObjectNode();
    model.properties().forEach(field -> metric.set(field.getKey(), field.getValue()));
    String type = model.path("type").asString();
    if (type.equals("boolean")) {
      metric.put("signal", "states").putArray("states").add("false").add("true");
    } else if (!type.equals("number")) {
      var words = metric.put("signal", "states").putArray("states");
      levels.words().forEach(words::add);
    } else {
      metric.put("base", rounded(levels.mean())).put("spread", rounded(levels.deviation()));
      metric.put("decimals", 2);
    }
    return metric;
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
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

    double mean() {
      return numbers.stream().mapToDouble(n -> n).average().orElse(0);
    }

    double deviation() {
      double mean = mean();
      return Math.sqrt(
          numbers.stream().mapToDouble(n -> (n - mean) * (n - mean)).average().orElse(0));
    }
  }
}
