package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus product}: each subcommand is one call of the API. */
@Command(
    name = "product",
    description = "Product models: list, show, create, migrate, delete.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ./vagus product list"})
final class ProductCommand {
  private static final String PRODUCTS = "/api/v1/products";

  @Command(
      description = "Lists products.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus product list --json"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode page = api.get(PRODUCTS);
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("id", "version", "metrics", "cadence", "name");
    for (JsonNode p : page.path("items")) {
      table.add(
          p.path("id").asString(""),
          p.path("version").asString(""),
          Integer.toString(p.path("metrics").size()),
          p.path("cadence").asString(""),
          p.path("name").asString(""));
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Shows a product's model.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus product show pump"})
  int show(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    System.out.println(api.get(ApiPath.of("products", id)).toPrettyString());
    return 0;
  }

  @Command(
      description = "Creates a product from its model, a JSON file.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus product create pump.json"})
  int create(@Mixin ApiOptions api, @Parameters(paramLabel = "FILE") Path file) {
    System.out.println(api.post(PRODUCTS, "application/json", file).toPrettyString());
    return 0;
  }

  @Command(
      description = "Moves the twins of a product's devices to its template's newest version.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Values that somebody set himself stay. Exit code 1 when some could not be moved.",
        "",
        "Example:",
        "  ./vagus product migrate valve --dry-run",
        "  ./vagus product migrate valve --group acme/north"
      })
  int migrate(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--group", description = "Only devices in it, and below it.")
          @Nullable String group,
      @Option(names = "--dry-run", description = "Only shows what would become of each.")
          boolean dryRun)
      throws IOException {
    ObjectNode body = JsonMapper.shared().createObjectNode().put("dryRun", dryRun);
    if (group != null) {
      body.put("group", group);
    }
    int[] failed = new int[1];
    api.stream(
        ApiPath.of("products", id, "twin", "migrate"),
        body,
        answer -> {
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8));
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode one = JsonMapper.shared().readTree(line);
            failed[0] = one.path("failed").asInt(failed[0]);
            show(one);
          }
        });
    return failed[0] == 0 ? 0 : 1;
  }

  private static void show(JsonNode line) {
    if (line.has("device")) {
      System.out.println(
          String.join(
              "  ",
              line.path("device").asString(""),
              line.path("result").asString(""),
              (line.has("why") ? line.path("why") : line.path("patch")).toString()));
    } else if (line.path("done").asBoolean()) {
      System.out.printf(
          "%d devices: %d %s, %d as they should be, %d failed%n",
          line.path("devices").asInt(),
          line.path("changed").asInt(),
          line.path("dryRun").asBoolean() ? "would change" : "changed",
          line.path("unchanged").asInt(),
          line.path("failed").asInt());
    } else {
      System.err.println(line.path("devices").asInt() + " devices");
    }
  }

  @Command(
      description = "Deletes a product that no device has.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus product delete pump"})
  int delete(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    api.delete(ApiPath.of("products", id));
    System.out.println(id + " is deleted");
    return 0;
  }
}
