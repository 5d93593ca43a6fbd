package io.vagus.cli;

import static io.vagus.cli.RuleCommand.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus rule trial}: what a rule would have done. */
@Command(
    name = "trial",
    description = "Tries a rule, a JSON file, on what was recorded, beside the version in force.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Nothing is saved and nothing is done. Of each firing it says in which of the two it is:",
      "both, new (the file alone) or old (the version in force alone).",
      "",
      "Example:",
      "  ./vagus rule trial overheat.json --from 2026-11-25T00:00:00Z --group acme/north",
      "  ./vagus rule trial overheat.json --fail-if-differs"
    })
final class RuleTrialCommand implements Callable<Integer> {
  @Mixin ApiOptions api = new ApiOptions();

  @Parameters(paramLabel = "FILE")
  @SuppressWarnings("NullAway.Init") // picocli fills it
  Path file;

  @Option(names = "--from", description = "Messages that came since then; a day before --to.")
  @Nullable String from;

  @Option(names = "--to", description = "And before then; now.")
  @Nullable String to;

  @Option(names = "--device", description = "Only of that device.")
  @Nullable String device;

  @Option(names = "--group", description = "Only of devices in it, and below it.")
  @Nullable String group;

  @Option(
      names = "--limit",
      defaultValue = "100",
      description = "At most so many firings are shown, up to 10000; all are counted.")
  int limit;

  @Option(names = "--fail-if-differs", description = "Exit code 1 when the two differ.")
  boolean failIfDiffers;

  @Option(names = "--json", description = "The result as the API gives it.")
  boolean json;

  private JsonNode result = JsonMapper.shared().createObjectNode();

  @Override
  public Integer call() throws IOException {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.set("rule", RuleCommand.read(file));
    put(body, "from", from);
    put(body, "to", to);
    put(body, "device", device);
    put(body, "group", group);
    body.put("limit", limit);
    api.stream("/api/v1/rules/trial?format=ndjson", body, this::read);
    if (json) {
      System.out.println(result.toPrettyString());
    } else {
      print();
    }
    long differing =
        result.at("/difference/onlyNew").asLong(0) + result.at("/difference/onlyOld").asLong(0);
    return failIfDiffers && differing > 0 ? 1 : 0;
  }

  private static void put(ObjectNode body, String name, @Nullable String value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private void read(InputStream answer) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode one = JsonMapper.shared().readTree(line);
      if (one.has("result")) {
        result = one.path("result");
      } else {
        JsonNode progress = one.path("progress");
        System.err.printf(
            "%d of %d devices, %d readings%n",
            progress.path("devices").asInt(),
            progress.path("of").asInt(),
            progress.path("readings").asLong());
      }
    }
  }

  private void print() {
    Table table = new Table("in", "time", "device", "phase", "saw");
    for (JsonNode firing : result.path("firings")) {
      table.add(
          text(firing, "in"),
          text(firing, "time"),
          text(firing, "device"),
          text(firing, "phase"),
          firing.path("seen").toString());
    }
    table.print();
    System.out.printf(
        "%d devices, %d messages: %s%s; %d in both, %d only new, %d only old%s%n",
        result.path("devices").asInt(),
        result.path("messages").asLong(),
        counts("new", result.path("new")),
        result.has("old") ? ", " + counts("old", result.path("old")) : "",
        result.at("/difference/both").asLong(0),
        result.at("/difference/onlyNew").asLong(0),
        result.at("/difference/onlyOld").asLong(0),
        result.has("why") ? "; not all: " + text(result, "why") : "");
  }

  private static String counts(String name, JsonNode counts) {
    return "%s raised %d, cleared %d, errors %d"
        .formatted(
            name,
            counts.path("raised").asLong(),
            counts.path("cleared").asLong(),
            counts.path("errors").asLong());
  }
}
