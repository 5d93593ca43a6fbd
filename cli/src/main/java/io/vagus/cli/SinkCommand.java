package io.vagus.cli;

import io.vagus.client.ApiPath;
import io.vagus.client.SecretText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus sink}: where rules send what they find. */
@Command(
    name = "sink",
    description =
        "Where rules send what they find: webhooks, MQTT topics, Kafka topics; and how far that"
            + " is.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus sink put erp erp.json --secret signing=erp.secret",
      "  ./vagus sink list",
      "  ./vagus sink dead-letters erp"
    })
final class SinkCommand {

  @Command(
      description = {
        "Sets up or changes a sink as a file says: {\"kind\": …, \"config\": {…}}. Secrets stay as"
            + " they are",
        "unless a file is given for them."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  echo '{\"kind\":\"webhook\",\"config\":{\"url\":\"https://erp.example.com/hook\"}}' >"
            + " erp.json",
        "  echo \"whsec_$(openssl rand -base64 32)\" > erp.secret",
        "  ./vagus sink put erp erp.json --secret signing=erp.secret"
      })
  int put(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "SINK") String sink,
      @Parameters(paramLabel = "FILE", description = "JSON.") Path file,
      @Option(
              names = "--secret",
              paramLabel = "NAME=FILE",
              description = "A secret, and the file that holds it: it is on no command line.")
          Map<String, Path> secrets) {
    ObjectNode body = read(file);
    if (secrets != null) {
      ObjectNode texts = body.withObject("secrets");
      secrets.forEach((name, where) -> texts.put(name, SecretText.read(where)));
    }
    api.put(ApiPath.of("sinks", sink), body);
    System.out.println(sink);
    return 0;
  }

  private static ObjectNode read(Path file) {
    try {
      JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
      if (json instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException(file + ": expected a JSON object");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  @Command(
      description = "Lists the sinks and how far they are.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus sink list"})
  int list(@Mixin ApiOptions api) {
    Table table =
        new Table("sink", "kind", "state", "waiting", "oldest", "delivered", "dead", "last error");
    for (JsonNode s : api.get(ApiPath.of("sinks")).path("items")) {
      table.add(
          text(s, "id"),
          text(s, "kind"),
          text(s, "state"),
          text(s, "lag"),
          String.format(Locale.ROOT, "%.0f s", s.path("lagSeconds").asDouble()),
          text(s, "delivered"),
          text(s, "deadLetters"),
          text(s, "lastError"));
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Shows a sink as JSON, without its secrets; it can be put back.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus sink show erp"})
  int show(@Mixin ApiOptions api, @Parameters(paramLabel = "SINK") String sink) {
    System.out.println(api.get(ApiPath.of("sinks", sink)).toPrettyString());
    return 0;
  }

  @Command(
      description = "Sends a sink a test, once; the exit code says whether it arrived.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus sink test erp"})
  int test(@Mixin ApiOptions api, @Parameters(paramLabel = "SINK") String sink) {
    JsonNode tested = api.post(ApiPath.of("sinks", sink, "test"));
    boolean ok = tested.path("ok").asBoolean();
    System.out.println(
        ok ? "arrived after " + text(tested, "millis") + " ms" : text(tested, "detail"));
    return ok ? 0 : 1;
  }

  @Command(
      name = "dead-letters",
      description = "Lists what a sink could not be brought, the newest first.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus sink dead-letters erp"})
  int deadLetters(@Mixin ApiOptions api, @Parameters(paramLabel = "SINK") String sink) {
    JsonNode page = api.get(ApiPath.of("sinks", sink, "dead-letters"));
    Table table = new Table("at", "rule", "device", "attempts", "why");
    for (JsonNode l : page.path("items")) {
      table.add(
          text(l, "at"), text(l, "rule"), text(l, "device"), text(l, "attempts"), text(l, "why"));
    }
    table.print();
    if (page.has("next")) {
      System.out.println("… and older ones");
    }
    return 0;
  }

  @Command(
      description = {
        "Tries a sink's dead letters again, the oldest first, until one fails; the exit code says",
        "whether all arrived."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus sink replay erp --limit 100"})
  int replay(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "SINK") String sink,
      @Option(names = "--limit", defaultValue = "1000", description = "So many at most.")
          int limit) {
    JsonNode done =
        api.post(ApiPath.of("sinks", sink, "dead-letters", "replay"), empty().put("limit", limit));
    System.out.println(
        text(done, "replayed")
            + " arrived, "
            + text(done, "left")
            + " are left"
            + (done.has("why") ? ": " + text(done, "why") : ""));
    return done.path("left").asLong() == 0 ? 0 : 1;
  }

  @Command(
      description = "Deletes a sink, with what waits for it and its dead letters.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus sink delete erp"})
  int delete(@Mixin ApiOptions api, @Parameters(paramLabel = "SINK") String sink) {
    api.delete(ApiPath.of("sinks", sink));
    return 0;
  }

  private static ObjectNode empty() {
    return JsonMapper.shared().createObjectNode();
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
