package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus device inventory}: what devices there are and how they are. */
@Command(
    name = "inventory",
    description =
        "Reports on the fleet: firmware versions, hardware revisions, who follows what is wanted,"
            + " last contact, lifecycle.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A firmware is wanted where a device's desired state names one in its field firmware.",
      "",
      "Example:",
      "  ./vagus device inventory --product pump",
      "  ./vagus device inventory --group acme/north --csv > inventory.csv"
    })
final class InventoryCommand implements Callable<Integer> {
  private static final String INVENTORY = "/api/v1/inventory";

  @Mixin ApiOptions api = new ApiOptions();

  @Option(names = "--product", description = "Only of that product.")
  @Nullable String product;

  @Option(names = "--group", description = "Only in that group and below.")
  @Nullable String group;

  @Option(names = "--json", description = "As the API gives it.")
  boolean json;

  @Option(names = "--csv", description = "Each device, as CSV.")
  boolean csv;

  @Override
  public Integer call() throws IOException {
    String filter = ApiPath.and("product", product) + ApiPath.and("group", group);
    if (csv) {
      api.stream(INVENTORY + "/devices?format=csv" + filter, body -> body.transferTo(System.out));
      System.out.flush();
      return 0;
    }
    JsonNode report = api.get(INVENTORY + filter.replaceFirst("^&", "?"));
    if (json) {
      System.out.println(report.toPrettyString());
      return 0;
    }
    print(report);
    return 0;
  }

  private static void print(JsonNode report) {
    System.out.printf(
        Locale.ROOT,
        "%d devices, %d connected, %d silent%n",
        report.path("devices").asLong(),
        report.path("connected").asLong(),
        report.path("silent").asLong());
    System.out.println("lifecycle     " + counts(report.path("lifecycle")));
    System.out.println("last contact  " + counts(report.path("lastContact")));
    System.out.println("follow        " + share(report, "followShare"));
    System.out.println("on wanted     " + share(report, "firmwareShare"));
    Table table = new Table("product", "devices", "follow", "on wanted", "firmware", "hardware");
    for (JsonNode p : report.path("products")) {
      table.add(
          p.path("product").asString(),
          p.path("devices").asString(),
          share(p, "followShare"),
          share(p, "firmwareShare"),
          versions(p, "firmware", "version"),
          versions(p, "hardware", "revision"));
    }
    table.print();
  }

  private static String share(JsonNode of, String name) {
    return of.has(name)
        ? String.format(Locale.ROOT, "%.1f %%", 100 * of.path(name).asDouble())
        : "-";
  }

  /** Those that are not 0. */
  private static String counts(JsonNode counts) {
    return counts.properties().stream()
        .filter(e -> e.getValue().asLong() > 0)
        .map(e -> e.getKey() + " " + e.getValue().asLong())
        .collect(Collectors.joining(", "));
  }

  private static String versions(JsonNode product, String name, String word) {
    String named =
        StreamSupport.stream(product.path(name).spliterator(), false)
            .map(v -> v.path(word).asString("unknown") + " " + v.path("devices").asLong())
            .collect(Collectors.joining(", "));
    long others = product.path(name + "Others").asLong();
    return others == 0 ? named : named + ", " + others + " more";
  }
}
