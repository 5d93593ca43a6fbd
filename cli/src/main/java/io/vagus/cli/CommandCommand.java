package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus command}: what devices are asked to do. */
@Command(
    name = "command",
    description = "Commands to devices: send, list, watch, approve, cancel, bulk.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SendCommand.class, BulkCommand.class},
    footer = {"", "Example:", "  ./vagus command send valve-3 move --arg position=40 --wait"})
final class CommandCommand {
  @Command(
      description = "Lists commands, the newest first.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus command list --device valve-3 --state unknown"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--device", description = "Only of that device.") @Nullable String device,
      @Option(names = "--state", description = "Only in that state.") @Nullable String state,
      @Option(names = "--limit", defaultValue = "50", description = "At most so many, up to 1000.")
          int limit,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    return print(api, device, state, limit, json);
  }

  private static int print(
      ApiOptions api, @Nullable String device, @Nullable String state, int limit, boolean json) {
    JsonNode page =
        api.get(
            "/api/v1/commands?limit="
                + limit
                + ApiPath.and("device", device)
                + ApiPath.and("state", state));
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("id", "device", "name", "state", "issuer", "created");
    for (JsonNode c : page.path("items")) {
      table.add(
          text(c, "id"),
          text(c, "device"),
          text(c, "name"),
          text(c, "state"),
          text(c, "issuer"),
          text(c, "createdAt"));
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Shows each change of a command as it happens, until interrupted.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus command watch --device valve-3"})
  int watch(
      @Mixin ApiOptions api,
      @Option(names = "--device", description = "Only of that device.") @Nullable String device)
      throws IOException {
    String path = "/api/v1/commands/live";
    String query = ApiPath.and("device", device);
    api.stream(
        query.isEmpty() ? path : path + "?" + query.substring(1),
        body ->
            EventStreams.read(
                body,
                command -> {
                  show(command);
                  return true;
                }));
    return 0;
  }

  private static void show(JsonNode command) {
    JsonNode steps = command.path("steps");
    JsonNode last = steps.path(steps.size() - 1);
    System.out.println(
        String.join(
            "  ",
            text(last, "at"),
            text(command, "device"),
            text(command, "name"),
            text(command, "id"),
            text(command, "state"),
            text(last, "actor"),
            text(last, "why")));
  }

  @Command(
      description = "Lists commands that wait for people to approve them.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus command pending"})
  int pending(
      @Mixin ApiOptions api,
      @Option(names = "--device", description = "Only of that device.") @Nullable String device,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    return print(api, device, "awaiting-approval", 1000, json);
  }

  @Command(
      description = "Approves a command that needs two people, as one of them.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "The token must be a user's own: one of no user is no person.",
        "",
        "Example:",
        "  ./vagus command approve 9f2c41d0a7b35e68 --token-file anna.token"
      })
  int approve(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    JsonNode after = api.post(ApiPath.of("commands", id, "approve"));
    JsonNode steps = after.path("steps");
    JsonNode last =
        steps
            .valueStream()
            .filter(step -> step.path("why").asString("").startsWith("approved"))
            .reduce((first, second) -> second)
            .orElse(after);
    System.out.println(id + " is " + text(after, "state") + "  " + text(last, "why"));
    return 0;
  }

  @Command(
      description = "Takes back a command that was not sent yet.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus command cancel 9f2c41d0a7b35e68"})
  int cancel(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    JsonNode after = api.post(ApiPath.of("commands", id, "cancel"));
    System.out.println(id + " is " + text(after, "state"));
    return 0;
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
