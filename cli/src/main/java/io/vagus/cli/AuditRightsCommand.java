package io.vagus.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus audit rights}. */
@Command(
    name = "rights",
    description = {
      "Rights that are granted and not used: what can be taken back. Exit code 1 when somebody has",
      "had one for all that time."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus audit rights --days 90"})
final class AuditRightsCommand implements Callable<Integer> {
  @Mixin ApiOptions api = new ApiOptions();

  @Option(names = "--days", defaultValue = "90", description = "Unused for so long.")
  int days;

  @Option(names = "--json", description = "As the API gives it.")
  boolean json;

  @Override
  public Integer call() {
    JsonNode report = api.get("/api/v1/audit/rights?days=" + days);
    if (json) {
      System.out.println(report.toPrettyString());
    }
    Table table = new Table("who", "since", "last used", "unused rights");
    boolean idle = false;
    for (JsonNode one : report.path("items")) {
      List<String> unused = new ArrayList<>();
      one.path("unused").forEach(right -> unused.add(right.asString()));
      table.add(
          one.path("actor").asString(),
          one.path("since").asString(),
          one.path("lastUsedAt").asString("never"),
          String.join(" ", unused));
      idle |= !unused.isEmpty() && isOlder(one.path("since").asString(), report);
    }
    if (!json) {
      table.print();
    }
    return idle ? 1 : 0;
  }

  private boolean isOlder(String since, JsonNode report) {
    Instant now = Instant.parse(report.path("now").asString());
    return Duration.between(Instant.parse(since), now).compareTo(Duration.ofDays(days)) >= 0;
  }
}
