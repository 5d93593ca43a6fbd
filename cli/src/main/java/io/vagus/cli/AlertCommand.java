package io.vagus.cli;

import static io.vagus.cli.RuleCommand.text;

import io.vagus.client.ApiPath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./vagus alert}: what somebody is to know of. */
@Command(
    name = "alert",
    description = "Alerts: list, show, ack.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ./vagus alert list --state open"})
final class AlertCommand {

  @Command(
      description = "Lists alerts, the newest first.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus alert list --state open --class page --fail-if-any"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--state", description = "Only those: open, acknowledged, cleared.")
          @Nullable String state,
      @Option(names = "--class", description = "Only those: page, ticket.")
          @Nullable String alertClass,
      @Option(names = "--source", description = "Only of that source, such as rule:overheat.")
          @Nullable String source,
      @Option(names = "--device", description = "Only of that device.") @Nullable String device,
      @Option(names = "--limit", defaultValue = "50", description = "At most so many, up to 1000.")
          int limit,
      @Option(names = "--fail-if-any", description = "Exit code 1 when there is one.")
          boolean failIfAny,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode page =
        api.get(
            "/api/v1/alerts?limit="
                + limit
                + ApiPath.and("state", state)
                + ApiPath.and("class", alertClass)
                + ApiPath.and("source", source)
                + ApiPath.and("device", device));
    if (json) {
      System.out.println(page.toPrettyString());
    } else {
      Table table =
          new Table("id", "class", "state", "source", "device", "count", "raised", "text");
      for (JsonNode alert : page.path("items")) {
        table.add(
            text(alert, "id"),
            text(alert, "class"),
            text(alert, "state"),
            text(alert, "source"),
            text(alert, "device"),
            text(alert, "count"),
            text(alert, "raisedAt"),
            text(alert, "text"));
      }
      table.print();
    }
    return failIfAny && !page.path("items").isEmpty() ? 1 : 0;
  }

  @Command(
      description = "Shows an alert.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus alert show 9f2c41d0a7b35e68"})
  int show(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    System.out.println(api.get(ApiPath.of("alerts", id)).toPrettyString());
    return 0;
  }

  @Command(
      description = "Says that somebody has it in hand.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus alert ack 9f2c41d0a7b35e68 --note \"Ordered a new fan\""
      })
  int ack(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--note", required = true, description = "What is done about it.")
          String note) {
    JsonNode after =
        api.post(
            ApiPath.of("alerts", id, "acknowledge"),
            JsonMapper.shared().createObjectNode().put("note", note));
    System.out.println(id + " is " + text(after, "state"));
    return 0;
  }
}
