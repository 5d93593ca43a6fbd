package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus product}: each subcommand is one call of the API. */
@Command(
    name = "product",
    description = "Product models: list, show, create, delete.",
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
      description = "Deletes a product that no device has.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus product delete pump"})
  int delete(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    api.delete(ApiPath.of("products", id));
    System.out.println(id + " is deleted");
    return 0;
  }
}
