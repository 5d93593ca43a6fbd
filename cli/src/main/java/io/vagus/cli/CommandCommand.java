package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus command}: what devices are asked to do. */
@Command(
    name = "command",
    description = "Commands to devices: send, list, watch, success, approve, cancel, bulk.",
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
      description = "Tells how many commands succeed. Exit code 1 below the target.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Counted are those that succeeded, failed, expired, or were sent and never acknowledged;",
        "not those that were cancelled or refused by an interlock.",
        "",
        "Example:",
        "  ./vagus command success --product valve --from 2026-11-25T00:00:00Z --target 99"
      })
  int success(
      @Mixin ApiOptions api,
      @Option(names = "--product", description = "Only of that product.") @Nullable String product,
      @Option(names = "--group", description = "Only in that group and below.")
          @Nullable String group,
      @Option(names = "--from", description = "Asked for since, RFC 3339.") @Nullable String from,
      @Option(names = "--to", description = "Asked for before, RFC 3339.") @Nullable String to,
      @Option(names = "--target", description = "Per cent (default: the server's, 99).")
          @Nullable Double target,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    String filter =
        ApiPath.and("product", product)
            + ApiPath.and("group", group)
            + ApiPath.and("from", from)
            + ApiPath.and("to", to);
    JsonNode told = api.get("/api/v1/commands/success" + filter.replaceFirst("^&", "?"));
    double least = target == null ? told.path("target").asDouble() : target / 100;
    if (json) {
      System.out.println(told.toPrettyString());
    } else {
      success(told, least);
    }
    return told.path("successShare").asDouble(1) >= least ? 0 : 1;
  }

  private static void success(JsonNode told, double least) {
    Table table = new Table("stage", "reached", "of", "share");
    row(table, told, "delivered", "counted");
    row(table, told, "executed", "counted");
    row(table, told, "verified", "effects");
    table.add(
        "success", text(told, "succeeded"), text(told, "counted"), share(told, "successShare"));
    table.print();
    System.out.printf(
        Locale.ROOT,
        "target %.1f %%; failed %d, expired %d, without an answer %d; not counted: cancelled %d,"
            + " refused %d%n",
        100 * least,
        told.path("failed").asLong(),
        told.path("expired").asLong(),
        told.path("unknown").asLong(),
        told.path("cancelled").asLong(),
        told.path("refused").asLong());
  }

  private static void row(Table table, JsonNode told, String stage, String of) {
    table.add(stage, text(told, stage), text(told, of), share(told, stage + "Share"));
  }

  private static String share(JsonNode told, String name) {
    return told.has(name)
        ? String.format(Locale.ROOT, "%.2f %%", 100 * told.path(name).asDouble())
        : "-";
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
