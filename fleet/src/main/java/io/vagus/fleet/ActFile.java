package io.vagus.fleet;

import io.vagus.client.ApiClient;
import io.vagus.client.ApiPath;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a server does with what devices say: sinks by their id, and rules, of which one that comes
 * again is another version of it.
 */
record ActFile(String text) {

  void bringTo(ApiClient api) {
    JsonNode acts = JsonMapper.shared().readTree(text);
    acts.path("sinks")
        .properties()
        .forEach(sink -> api.put(ApiPath.of("sinks", sink.getKey()), sink.getValue().toString()));
    acts.path("rules")
        .forEach(rule -> api.put(ApiPath.of("rules", rule.path("id").asString()), rule.toString()));
  }
}
