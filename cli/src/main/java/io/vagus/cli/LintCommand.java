package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./vagus device lint}: what devices were seen to misuse of MQTT. */
@Command(
    name = "lint",
    description = "Shows what devices were seen to misuse of MQTT, and what to do instead.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Found on live traffic since the server started. Exit code 1 when there is something.",
      "",
      "Example:",
      "  ./vagus device lint pump-7"
    })
final class LintCommand implements Callable<Integer> {
  @Mixin ApiOptions api = new ApiOptions();

  @Parameters(arity = "0..1", paramLabel = "ID", description = "Only that device.")
  @Nullable String id;

  @Option(names = "--rule", description = "Only that misuse, such as answer-qos-0.")
  @Nullable String rule;

  @Option(names = "--limit", description = "At most so many devices, up to 1000.")
  int limit = 100;

  @Override
  public Integer call() {
    Table table = new Table("device", "rule", "count", "last", "topic", "advice");
    int findings = 0;
    for (JsonNode device : devices()) {
      for (JsonNode finding : device.path("findings")) {
        findings++;
        table.add(
            text(device, "device"),
            text(finding, "rule"),
            text(finding, "count"),
            text(finding, "lastAt"),
            text(finding, "topic"),
            text(finding, "advice"));
      }
    }
    table.print();
    return findings == 0 ? 0 : 1;
  }

  private JsonNode devices() {
    return id == null
        ? api.get("/api/v1/lint?limit=" + limit + ApiPath.and("rule", rule)).path("items")
        : JsonMapper.shared().createArrayNode().add(api.get(ApiPath.of("devices", id, "lint")));
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
