package io.vagus.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus ledger}. */
@Command(
    name = "ledger",
    description = "Shows what became of every message; exit code 1 when it does not add up.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "received = accepted + rejected + dead-lettered + duplicate + pending",
      "",
      "Example:",
      "  ./vagus ledger --data /var/lib/vagus || echo 'a message is unaccounted for'"
    })
final class LedgerCommand implements Callable<Integer> {
  @Mixin final ApiOptions api = new ApiOptions();

  @Option(names = "--json", description = "As the API gives it.")
  boolean json;

  @Override
  public Integer call() {
    JsonNode ledger = api.get("/api/v1/ledger");
    boolean balanced = ledger.path("balanced").asBoolean();
    if (json) {
      System.out.println(ledger.toPrettyString());
      return balanced ? 0 : 1;
    }
    System.out.printf(
        "%-10s %14s %14s %12s %14s %12s %10s%n",
        "listener", "received", "accepted", "rejected", "dead-lettered", "duplicate", "pending");
    for (Map.Entry<String, JsonNode> listener : ledger.path("listeners").properties()) {
      print(listener.getKey(), listener.getValue());
    }
    print("total", ledger.path("total"));
    for (String group : new String[] {"reasons", "causes"}) {
      for (Map.Entry<String, JsonNode> e : ledger.path("total").path(group).properties()) {
        System.out.printf("  %-32s %12d%n", e.getKey(), e.getValue().asLong());
      }
    }
    System.out.println(
        balanced
            ? "balanced: every message is accounted for"
            : "NOT balanced: "
                + ledger.path("total").path("difference").asLong()
                + " messages are unaccounted for");
    return balanced ? 0 : 1;
  }

  private static void print(String name, JsonNode line) {
    System.out.printf(
        "%-10s %14d %14d %12d %14d %12d %10d%n",
        name,
        line.path("received").asLong(),
        line.path("accepted").asLong(),
        line.path("rejected").asLong(),
        line.path("deadLettered").asLong(),
        line.path("duplicate").asLong(),
        line.path("pending").asLong());
  }
}
