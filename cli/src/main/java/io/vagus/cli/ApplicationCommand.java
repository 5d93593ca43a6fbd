package io.vagus.cli;

import io.vagus.client.ApiPath;
import io.vagus.client.SecretText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus application}: programs at the MQTT broker that are no device. */
@Command(
    name = "application",
    description = "MQTT clients that are no device: list, save, delete.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus application save dashboard --secret-file dashboard.secret --subscribe 'v1/+/telemetry'"
    })
final class ApplicationCommand {

  @Command(
      description = "Lists applications with what they were granted.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus application list"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode page = api.get(ApiPath.of("applications"));
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("name", "publish", "subscribe");
    for (JsonNode application : page.path("items")) {
      table.add(
          application.path("name").asString(),
          filters(application, "publish"),
          filters(application, "subscribe"));
    }
    table.print();
    return 0;
  }

  private static String filters(JsonNode application, String way) {
    List<String> filters = new ArrayList<>();
    for (JsonNode grant : application.path("grants")) {
      if (grant.path(way).asBoolean()) {
        filters.add(grant.path("filter").asString());
      }
    }
    return String.join(" ", filters);
  }

  @Command(
      description = {
        "Makes an application, or replaces what it was granted: what is not named is refused."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "What is taken away is gone at once: its connections are closed.",
        "",
        "Example:",
        "  ./vagus application save dashboard --secret-file dashboard.secret \\",
        "    --subscribe 'v1/+/telemetry' --publish 'plant/alarms/#'"
      })
  int save(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--secret-file", description = "Holds its secret (default: as it is).")
          @Nullable Path secretFile,
      @Option(names = "--publish", description = "A topic filter, as often as there are.")
          @Nullable List<String> publish,
      @Option(names = "--subscribe", description = "A topic filter, as often as there are.")
          @Nullable List<String> subscribe) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    if (secretFile != null) {
      body.put("secret", SecretText.read(secretFile));
    }
    ArrayNode grants = body.putArray("grants");
    Map<String, ObjectNode> byFilter = new LinkedHashMap<>();
    allow(grants, byFilter, "publish", publish);
    allow(grants, byFilter, "subscribe", subscribe);
    api.put(ApiPath.of("applications", name), body);
    System.out.println(name + " has " + byFilter.size() + " grants");
    return 0;
  }

  private static void allow(
      ArrayNode grants, Map<String, ObjectNode> byFilter, String way, @Nullable List<String> all) {
    if (all != null) {
      for (String filter : all) {
        byFilter.computeIfAbsent(filter, f -> grants.addObject().put("filter", f)).put(way, true);
      }
    }
  }

  @Command(
      description = "Deletes an application; its connections are closed.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus application delete dashboard"})
  int delete(@Mixin ApiOptions api, @Parameters(paramLabel = "NAME") String name) {
    api.delete(ApiPath.of("applications", name));
    System.out.println(name + " is deleted");
    return 0;
  }
}
