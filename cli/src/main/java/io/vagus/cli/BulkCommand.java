package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus command bulk}: commands for many devices that were begun. */
@Command(
    name = "bulk",
    description = "Commands for many devices: list, watch, devices, pause, resume, cancel, rate.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus command send --group north --rate 50 restart",
      "  ./vagus command bulk watch 9f2c41d0a7b35e68"
    })
final class BulkCommand {

  @Command(
      description = "Lists bulk commands, the newest first.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus command bulk list"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--limit", defaultValue = "20", description = "At most so many, up to 1000.")
          int limit,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode page = api.get(ApiPath.of("commands", "bulk") + "?limit=" + limit);
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("id", "name", "state", "devices", "waiting", "succeeded", "issuer");
    for (JsonNode bulk : page.path("items")) {
      JsonNode progress = bulk.path("progress");
      table.add(
          text(bulk, "id"),
          text(bulk, "name"),
          text(bulk, "state"),
          progress.path("devices").asString(""),
          progress.path("waiting").asString(""),
          progress.path("succeeded").asString(""),
          text(bulk, "issuer"));
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Shows how far it is until all is over, then who did not succeed.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "The exit code is 0 when every device succeeded, else 1.",
        "",
        "Example:",
        "  ./vagus command bulk watch 9f2c41d0a7b35e68"
      })
  int watch(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) throws IOException {
    return follow(api, id);
  }

  /** To its end; 0 when every device succeeded. */
  static int follow(ApiOptions api, String id) throws IOException {
    BulkProgressLine line = new BulkProgressLine();
    api.stream(
        ApiPath.of("commands", "bulk", id, "live"),
        body ->
            EventStreams.read(
                body,
                bulk -> {
                  line.show(bulk);
                  return !bulk.path("settled").asBoolean();
                }));
    JsonNode end = api.get(ApiPath.of("commands", "bulk", id));
    if (end.has("why")) {
      System.out.println(text(end, "state") + ": " + text(end, "why"));
    }
    boolean all = end.at("/progress/succeeded").asLong() == end.at("/progress/devices").asLong(-1);
    if (!all) {
      table(api.get(outcomes(id, "unsuccessful", 1000)));
    }
    return all ? 0 : 1;
  }

  @Command(
      description = "Lists what became of each device, and why.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus command bulk devices 9f2c41d0a7b35e68 --outcome unsuccessful"
      })
  int devices(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(
              names = "--outcome",
              description = "Only waiting, rejected, unsuccessful, or in a state such as failed.")
          @Nullable String outcome,
      @Option(names = "--limit", defaultValue = "100", description = "At most so many, up to 1000.")
          int limit,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode page = api.get(outcomes(id, outcome, limit));
    if (json) {
      System.out.println(page.toPrettyString());
    } else {
      table(page);
    }
    return 0;
  }

  private static String outcomes(String id, @Nullable String outcome, int limit) {
    return ApiPath.of("commands", "bulk", id, "devices")
        + "?limit="
        + limit
        + ApiPath.and("outcome", outcome);
  }

  private static void table(JsonNode page) {
    Table table = new Table("device", "outcome", "why");
    for (JsonNode item : page.path("items")) {
      table.add(text(item, "device"), text(item, "outcome"), text(item, "why"));
    }
    table.print();
    if (page.has("next")) {
      System.out.println("… and more: ./vagus command bulk devices");
    }
  }

  @Command(
      description = "Asks nobody more until it is resumed.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus command bulk pause 9f2c41d0a7b35e68"})
  int pause(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    return steer(api, id, "pause");
  }

  @Command(
      description = "Goes on with one that was paused.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus command bulk resume 9f2c41d0a7b35e68"})
  int resume(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    return steer(api, id, "resume");
  }

  @Command(
      description = "Asks nobody more, and takes back what was not sent.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus command bulk cancel 9f2c41d0a7b35e68"})
  int cancel(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    return steer(api, id, "cancel");
  }

  private static int steer(ApiOptions api, String id, String verb) {
    System.out.println(BulkProgressLine.line(api.post(ApiPath.of("commands", "bulk", id, verb))));
    return 0;
  }

  @Command(
      description = "Changes how many devices are asked per second.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus command bulk rate 9f2c41d0a7b35e68 200"})
  int rate(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Parameters(paramLabel = "RATE", description = "0.01 to 10000.") double rate) {
    ObjectNode body = JsonMapper.shared().createObjectNode().put("rate", rate);
    System.out.println(BulkProgressLine.line(api.patch(ApiPath.of("commands", "bulk", id), body)));
    return 0;
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
