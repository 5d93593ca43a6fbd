package io.vagus.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How the devices of one product differ by what the registry knows of them. Not thread-safe. */
final class Census {
  /** A tag with more values than these names single devices, not kinds of them. */
  private static final int MAX_VALUES = 100;

  private final Map<String, Map<String, Long>> tags = new TreeMap<>();
  private final Map<String, Spot> spots = new TreeMap<>();
  private long devices;

  /** Devices that stand together. */
  private static final class Spot {
    private final List<Double> lat = new ArrayList<>();
    private final List<Double> lon = new ArrayList<>();
    private String name = "";
    private long devices;
  }

  /** A device as the API shows it. */
  void add(JsonNode device) {
    devices++;
    device.path("tags").properties().stream()
        .filter(tag -> !tag.getKey().equals(Profile.SITE))
        .forEach(tag ->
            tags.computeIfAbsent(tag.getKey(), key -> new TreeMap<>())
                .merge(tag.getValue().asString(), 1L, Long::sum));
    String name = device.path("tags").path(Profile.SITE).asString("");
    JsonNode location = device.path("location");
    Spot spot = spots.computeIfAbsent(key(name, location), key -> new Spot());
    spot.name = name;
    spot.devices++;
    if (location.isObject()) {
      spot.lat.add(location.path("lat").asDouble());
      spot.lon.add(location.path("lon").asDouble());
    }
  }

  /** Those of a site, or else within some ten kilometres. */
  private static String key(String site, JsonNode location) {
    return site.isEmpty() && location.isObject()
        ? String.format(
            Locale.ROOT,
            "%.1f %.1f",
            location.path("lat").asDouble(),
            location.path("lon").asDouble())
        : site;
  }

  /** Writes versions, tags and sites of a product of a profile. */
  void describe(ObjectNode product) {
    ObjectNode others = product.objectNode();
    tags.forEach((tag, values) -> {
      if (values.size() <= MAX_VALUES) {
        ObjectNode shares =
            tag.equals(Profile.VERSION) ? product.putObject("versions") : others.putObject(tag);
        values.forEach(shares::put);
        long without = devices - values.values().stream().mapToLong(n -> n).sum();
        if (without > 0) {
          shares.put("", without);
        }
      }
    });
    if (!others.isEmpty()) {
      product.set("tags", others);
    }
    ArrayNode sites = product.putArray("sites");
    spots.values().forEach(spot -> describe(spot, sites.addObject()));
  }

  private static void describe(Spot spot, ObjectNode site) {
    site.put("name", spot.name).put("share", spot.devices);
    if (!spot.lat.isEmpty()) {
      site.put("lat", rounded(mean(spot.lat))).put("lon", rounded(mean(spot.lon)));
      site.put("spread", rounded((deviation(spot.lat) + deviation(spot.lon)) / 2));
    }
  }

  static double mean(List<Double> numbers) {
    return numbers.stream().mapToDouble(n -> n).average().orElse(0);
  }

  static double deviation(List<Double> numbers) {
    double mean = mean(numbers);
    return Math.sqrt(
        numbers.stream().mapToDouble(n -> (n - mean) * (n - mean)).average().orElse(0));
  }

  static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
