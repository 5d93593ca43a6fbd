package io.vagus.cli;

import io.vagus.client.ApiPath;
import io.vagus.client.SecretText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus device}: each subcommand is one call of the API. */
@Command(
    name = "device",
    description =
        "Devices: list, show, create, suspend, resume, delete, import, readings, export, twin,"
            + " log, lint, inventory.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TwinCommand.class,
      DeviceLogCommand.class,
      LintCommand.class,
      InventoryCommand.class
    },
    footer = {"", "Example:", "  ./vagus device list --product pump"})
final class DeviceCommand {
  private static final String DEVICES = "/api/v1/devices";

  @Command(
      description = "Lists devices.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus device list --product pump --json | jq -r .items[].id"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "-q", description = "Part of an id or name.") @Nullable String q,
      @Option(names = "--product", description = "Only of that product.") @Nullable String product,
      @Option(names = "--limit", defaultValue = "100", description = "At most so many, up to 1000.")
          int limit,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    String path =
        DEVICES + "?limit=" + limit + ApiPath.and("q", q) + ApiPath.and("product", product);
    JsonNode page = api.get(path);
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("id", "product", "status", "name");
    for (JsonNode d : page.path("items")) {
      table.add(text(d, "id"), text(d, "product"), text(d, "status"), text(d, "name"));
    }
    table.print();
    if (page.has("next")) {
      System.out.println("… of " + page.path("total").asLong() + "; --limit or -q shows others");
    }
    return 0;
  }

  @Command(
      description = "Shows a device.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus device show pump-7"})
  int show(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    System.out.println(api.get(ApiPath.of("devices", id)).toPrettyString());
    return 0;
  }

  @Command(
      description = "Creates a device.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "The secret is read from a file, so that it stands in no list of processes.",
        "",
        "Example:",
        "  ./vagus device create pump-7 --product pump --secret-file pump-7.secret"
      })
  int create(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--product", required = true, description = "Its product.") String product,
      @Option(names = "--name", description = "For people (default: the id).")
          @Nullable String name,
      @Option(names = "--tag", description = "KEY=VALUE, as often as there are.")
          @Nullable Map<String, String> tags,
      @Option(names = "--secret-file", description = "Holds its secret (default: none).")
          @Nullable Path secretFile) {
    ObjectNode device = JsonMapper.shared().createObjectNode();
    device.put("id", id).put("product", product);
    if (name != null) {
      device.put("name", name);
    }
    if (tags != null) {
      ObjectNode object = device.putObject("tags");
      tags.forEach(object::put);
    }
    if (secretFile != null) {
      device.put("secret", SecretText.read(secretFile));
    }
    System.out.println(api.post(DEVICES, device).toPrettyString());
    return 0;
  }

  @Command(
      description = "Lets a device connect no more, until it is resumed.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus device suspend pump-7"})
  int suspend(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    System.out.println(
        id + " is " + text(api.post(ApiPath.of("devices", id, "suspend")), "status"));
    return 0;
  }

  @Command(
      description = "Lets a suspended device connect again.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus device resume pump-7"})
  int resume(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    System.out.println(id + " is " + text(api.post(ApiPath.of("devices", id, "resume")), "status"));
    return 0;
  }

  @Command(
      description = "Deletes a device; its readings stay until they expire.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus device delete pump-7"})
  int delete(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    api.delete(ApiPath.of("devices", id));
    System.out.println(id + " is deleted");
    return 0;
  }

  @Command(
      name = "import",
      description =
          "Creates many devices from a file: .json (an array), .csv, or one object a line (NDJSON)."
              + " Exit code 1 when any was refused; the others are there.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Where a line says generateSecret, the server makes a secret and tells it this once:",
        "--secrets says where it goes, one object with id and secret a line.",
        "",
        "Example:",
        "  ./vagus device import devices.ndjson --secrets secrets.ndjson",
        "  ./vagus device import devices.ndjson --secrets - | program-devices"
      })
  int importFile(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--secrets",
              paramLabel = "FILE",
              description = "A new file of mode 0600 for the secrets made, or - for the output.")
          @Nullable String secrets) {
    try (MadeSecrets made = MadeSecrets.into(secrets)) {
      return new DeviceImport(api, made).run(file);
    }
  }

  @Command(
      description = "Shows the latest reading of each metric.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus device readings pump-7"})
  int readings(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode latest = api.get(ApiPath.of("devices", id, "readings"));
    if (json) {
      System.out.println(latest.toPrettyString());
      return 0;
    }
    Table table = new Table("metric", "value", "unit", "time");
    for (JsonNode r : latest.path("readings")) {
      table.add(text(r, "metric"), r.path("value").asString(), text(r, "unit"), text(r, "time"));
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Writes a device's readings to the standard output.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus device export pump-7 --from 2026-11-22T00:00:00Z > pump-7.csv"
      })
  int export(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--from", description = "RFC 3339 (default: an hour ago).")
          @Nullable String from,
      @Option(names = "--to", description = "RFC 3339 (default: now).") @Nullable String to,
      @Option(names = "--format", defaultValue = "csv", description = "csv or ndjson.")
          String format)
      throws IOException {
    String path =
        ApiPath.of("devices", id, "export")
            + "?format="
            + format
            + ApiPath.and("from", from)
            + ApiPath.and("to", to);
    api.stream(path, body -> body.transferTo(System.out));
    System.out.flush();
    return 0;
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
