package io.vagus.registry;

import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.wire.DocumentCodec;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What happens to desired states. Field names are stored: they never change meaning. */
public final class DesiredFacts {
  public static final String CHANGED = "twin.desired-changed";

  private DesiredFacts() {}

  public static Fact changed(Desired after) {
    ObjectNode body = Json.object();
    body.put("version", after.version());
    body.set("desired", Json.read(DocumentCodec.text(after.document())));
    body.set("changedMicros", Json.read(times(after.changedMicros())));
    body.put("updatedMicros", after.updatedMicros());
    return new Fact(Subject.device(after.device()), CHANGED, body.toString());
  }

  public static Desired desired(DeviceId device, String body) {
    JsonNode node = Json.read(body);
    return new Desired(
        device,
        node.path("version").asLong(),
        DocumentCodec.read(node.path("desired").toString()),
        toTimes(node.path("changedMicros").toString()),
        node.path("updatedMicros").asLong());
  }

  /** Times by pointer as JSON. */
  public static String times(Map<String, Long> times) {
    ObjectNode node = Json.object();
    new TreeMap<>(times).forEach(node::put);
    return node.toString();
  }

  public static TreeMap<String, Long> toTimes(String json) {
    TreeMap<String, Long> times = new TreeMap<>();
    Json.read(json).properties().forEach(t -> times.put(t.getKey(), t.getValue().asLong()));
    return times;
  }
}
