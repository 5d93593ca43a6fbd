package io.vagus.cli;

import io.vagus.client.ApiPath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./vagus relation}: what contains, feeds or is behind what. */
@Command(
    name = "relation",
    description = {
      "How devices and groups stand to each other: add, remove, list, reach. A node is device:ID"
          + " or",
      "group:ID; an asset that is no device is a group."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus relation add feeds device:pump-1 group:acme/north",
      "  ./vagus relation reach behind device:breaker-7"
    })
final class RelationCommand {

  @Command(
      description = "Says that FROM contains, feeds or is behind TO.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus relation add behind device:meter-3 device:breaker-7 --note 'row B'"
      })
  int add(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "KIND", description = "contains, feeds or behind.") String kind,
      @Parameters(paramLabel = "FROM") String from,
      @Parameters(paramLabel = "TO") String to,
      @Option(names = "--note", defaultValue = "", description = "For people.") String note) {
    api.put(
        ApiPath.of("relations", kind, from, to),
        JsonMapper.shared().createObjectNode().put("note", note));
    System.out.println(from + " " + kind + " " + to);
    return 0;
  }

  @Command(
      description = "Takes one away.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus relation remove feeds device:pump-1 group:acme/north"})
  int remove(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "KIND") String kind,
      @Parameters(paramLabel = "FROM") String from,
      @Parameters(paramLabel = "TO") String to) {
    api.delete(ApiPath.of("relations", kind, from, to));
    return 0;
  }

  @Command(
      description = "Lists the relations from and to a node.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus relation list device:pump-1"})
  int list(@Mixin ApiOptions api, @Parameters(paramLabel = "NODE") String node) {
    Table table = new Table("from", "kind", "to", "note");
    for (JsonNode r : api.get(ApiPath.of("relations", node)).path("items")) {
      table.add(text(r, "from"), text(r, "kind"), text(r, "to"), text(r, "note"));
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Lists what is reached from a node, the nearest first.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus relation reach behind device:breaker-7    # what is cut off with it",
        "  ./vagus relation reach fed-by device:tap-2 --depth 3"
      })
  int reach(
      @Mixin ApiOptions api,
      @Parameters(
              paramLabel = "RELATION",
              description = "contains, within, feeds, fed-by, behind or in-front-of.")
          String relation,
      @Parameters(paramLabel = "NODE") String node,
      @Option(names = "--depth", defaultValue = "8", description = "Steps at most, up to 32.")
          int depth) {
    JsonNode reached = api.get(ApiPath.of("relations", node, relation) + "?depth=" + depth);
    Table table = new Table("node", "depth", "via");
    for (JsonNode r : reached.path("items")) {
      table.add(text(r, "node"), text(r, "depth"), text(r, "via"));
    }
    table.print();
    if (!reached.path("whole").asBoolean()) {
      System.out.println("… and further ones; --depth shows more");
    }
    return 0;
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
