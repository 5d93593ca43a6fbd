package io.vagus.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus audit credentials}. */
@Command(
    name = "credentials",
    description =
        "Lists what is wrong with the credentials: listeners without TLS, shared keys"
            + " and secrets, certificates that are too old or ended, an authority that ends. Exit code 1 when"
            + " there is anything.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  ./vagus audit credentials --errors-only || echo 'not for production'"
    })
final class CredentialAuditCommand implements Callable<Integer> {
  @Mixin final ApiOptions api = new ApiOptions();

  @Option(names = "--errors-only", description = "Warnings are neither listed nor counted.")
  boolean errorsOnly;

  @Option(names = "--ages", description = "How many devices' credentials are how old, instead.")
  boolean ages;

  @Override
  public Integer call() {
    if (ages) {
      return showAges();
    }
    Table table = new Table("level", "kind", "subject", "detail");
    int found = 0;
    JsonNode answer = api.get("/api/v1/audit/credentials");
    for (JsonNode f : answer.path("findings")) {
      if (!errorsOnly || f.path("level").asString().equals("error")) {
        table.add(
            f.path("level").asString(),
            f.path("kind").asString(),
            f.path("subject").asString(),
            f.path("detail").asString());
        found++;
      }
    }
    if (found > 0) {
      table.print();
    } else {
      System.out.println("nothing found");
    }
    long notCompared = answer.path("secretsNotCompared").asLong();
    if (notCompared > 0) {
      System.err.println(
          notCompared + " chosen secrets were not compared: their devices did not connect yet");
    }
    return found == 0 ? 0 : 1;
  }

  private int showAges() {
    Table table = new Table("credential", "age", "devices");
    long overAge = 0;
    for (JsonNode kind : api.get("/api/v1/audit/credentials/ages").path("ages")) {
      String name = kind.path("kind").asString();
      for (JsonNode bucket : kind.path("buckets")) {
        String age =
            bucket.has("underDays") ? "< " + bucket.path("underDays").asString() + " d" : "older";
        table.add(name, age, bucket.path("count").asString());
      }
      table.add(name, "unknown", kind.path("unknown").asString());
      table.add(name, "too old", kind.path("overAge").asString());
      overAge += kind.path("overAge").asLong();
    }
    table.print();
    return overAge == 0 ? 0 : 1;
  }
}
