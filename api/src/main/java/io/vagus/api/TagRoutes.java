package io.vagus.api;

import io.vagus.model.Device;
import io.vagus.model.Page;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.TagVocabulary;
import io.vagus.registry.TagVocabulary.Key;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/** Which tags devices may have, and which devices do not fit. Thread-safe. */
final class TagRoutes {
  private static final String ALL = "/api/v1/tags";
  private static final int PAGE = 1000;

  private final Registry registry;

  TagRoutes(Registry registry) {
    this.registry = registry;
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, call -> reply(registry.tags())),
        Route.write("PUT", ALL, Route.Body.JSON, this::declare),
        Route.get(ALL + "/misfits", Set.of("cursor", "limit"), this::misfits));
  }

  private Reply declare(Call call) throws IOException {
    JsonObject json = call.json();
    boolean open = json.bool("open").orElse(false);
    Map<String, Key> keys = new HashMap<>();
    json.list("keys", TagRoutes::key)
        .orElse(List.of())
        .forEach(named -> {
          if (keys.put(named.name(), named.key()) != null) {
            throw Problem.invalid("keys", Problem.shown(named.name()) + " twice (expected: once)");
          }
        });
    json.end();
    registry.declareTags(new TagVocabulary(open, keys));
    return reply(registry.tags());
  }

  private record Named(String name, Key key) {}

  private static Named key(JsonObject json) {
    String name = json.require("key", json.string("key"));
    String meaning = json.string("meaning").orElse("");
    Set<String> values = new HashSet<>(json.strings("values").orElse(List.of()));
    json.end();
    return new Named(name, new Key(meaning, values));
  }

  private static Reply reply(TagVocabulary vocabulary) {
    return Reply.json(
        200,
        out -> {
          out.writeBooleanProperty("open", vocabulary.open());
          Shape.items(
              out, "keys", new TreeMap<>(vocabulary.keys()).entrySet(), TagRoutes::writeKey);
        });
  }

  private static void writeKey(JsonGenerator out, Map.Entry<String, Key> entry) {
    out.writeStringProperty("key", entry.getKey());
    out.writeStringProperty("meaning", entry.getValue().meaning());
    Shape.strings(out, "values", new TreeSet<>(entry.getValue().values()));
  }

  /** One whose tags were given before they were declared otherwise. */
  private record Misfit(Device device, List<String> why) {}

  /** Goes through devices until the page is full. */
  private Reply misfits(Call call) {
    int limit = call.query().integer("limit", 100, 1, 1000);
    TagVocabulary vocabulary = registry.tags();
    List<Misfit> found = new ArrayList<>();
    Optional<String> cursor = call.query().string("cursor");
    do {
      Page<Device> page = call.sight().devices(DeviceFilter.ALL, cursor, PAGE);
      page.items().stream().flatMap(d -> misfit(vocabulary, d).stream()).forEach(found::add);
      cursor = page.next();
    } while (cursor.isPresent() && found.size() < limit);
    return Shape.page(new Page<>(found, cursor), TagRoutes::writeMisfit);
  }

  private static Optional<Misfit> misfit(TagVocabulary vocabulary, Device device) {
    List<String> why =
        new TreeMap<>(device.tags())
            .entrySet().stream()
                .flatMap(tag -> vocabulary.misfit(tag.getKey(), tag.getValue()).stream())
                .toList();
    return why.isEmpty() ? Optional.empty() : Optional.of(new Misfit(device, why));
  }

  private static void writeMisfit(JsonGenerator out, Misfit misfit) {
    out.writeStringProperty("device", misfit.device().id().value());
    Shape.strings(out, "why", misfit.why());
  }
}
