package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./vagus rule}: from a reading to an action. */
@Command(
    name = "rule",
    description = "Rules: put, list, show, check, trial, firings, versions, delete.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RuleTrialCommand.class, FiringsCommand.class},
    footer = {
      "",
      "Example:",
      "  ./vagus rule check overheat.json && ./vagus rule trial overheat.json",
      "  ./vagus rule put overheat.json"
    })
final class RuleCommand {
  private static final String RULES = "/api/v1/rules";

  /** A rule as its file says it. */
  static JsonNode read(Path file) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(file));
  }

  @Command(
      description = "Saves a rule, a JSON file; its next version is in force within moments.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "One that does not compile is refused with its place. Nothing is saved when nothing differs.",
        "",
        "Example:",
        "  ./vagus rule put overheat.json --if-version 3"
      })
  int put(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "FILE") Path file,
      @Option(
              names = "--if-version",
              description = "Only when that is its version now; 0: when there is none.")
          @Nullable Integer ifVersion)
      throws IOException {
    JsonNode rule = read(file);
    String id = rule.path("id").asString("");
    JsonNode saved =
        ifVersion == null
            ? api.put(ApiPath.of("rules", id), rule)
            : api.put(ApiPath.of("rules", id), rule, "\"" + ifVersion + "\"");
    System.out.printf(
        "%s version %d is %s%n",
        id, saved.path("version").asInt(), text(saved, "mode") + errors(saved));
    return 0;
  }

  private static String errors(JsonNode rule) {
    return text(rule, "compiled").equals("ok") ? "" : " and broken: " + rule.path("errors");
  }

  @Command(
      description = "Lists rules.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Each has an owner; --owner shows one's own.",
        "",
        "Example:",
        "  ./vagus rule list --owner heating-team"
      })
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--product", description = "Only of that product.") @Nullable String product,
      @Option(names = "--group", description = "Only of that group, and below it.")
          @Nullable String group,
      @Option(names = "--owner", description = "Only of that owner.") @Nullable String owner,
      @Option(names = "--mode", description = "Only in that mode: live, shadow, off.")
          @Nullable String mode,
      @Option(names = "--limit", defaultValue = "100", description = "At most so many, up to 1000.")
          int limit,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode page =
        api.get(
            RULES
                + "?limit="
                + limit
                + ApiPath.and("product", product)
                + ApiPath.and("group", group)
                + ApiPath.and("owner", owner)
                + ApiPath.and("mode", mode));
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("id", "version", "mode", "compiled", "owner", "products", "raised");
    for (JsonNode rule : page.path("items")) {
      table.add(
          text(rule, "id"),
          text(rule, "version"),
          text(rule, "mode"),
          text(rule, "compiled"),
          text(rule, "owner"),
          rule.path("products")
              .valueStream()
              .map(JsonNode::asString)
              .collect(Collectors.joining(",")),
          rule.at("/stats/raised").asString("0"));
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Shows a rule, and how it does.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus rule show overheat --of-version 2"})
  int show(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--of-version", description = "As it was then.") @Nullable Integer version) {
    String path =
        version == null
            ? ApiPath.of("rules", id)
            : ApiPath.of("rules", id, "versions", version.toString());
    System.out.println(api.get(path).toPrettyString());
    return 0;
  }

  @Command(
      description = "Compiles a rule, a JSON file, and says what is wrong and where.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Saves nothing. Exit code 1 when it does not compile.",
        "",
        "Example:",
        "  ./vagus rule check overheat.json"
      })
  int check(@Mixin ApiOptions api, @Parameters(paramLabel = "FILE") Path file) throws IOException {
    JsonNode review = api.post(RULES + "/check", read(file));
    for (JsonNode error : review.path("errors")) {
      System.out.println(line("error", error));
    }
    for (JsonNode lint : review.path("lint")) {
      System.out.println(line("lint", lint));
    }
    boolean ok = review.path("ok").asBoolean();
    if (ok) {
      System.out.println("ok");
    }
    return ok ? 0 : 1;
  }

  private static String line(String kind, JsonNode said) {
    String product = text(said, "product");
    return "%s: %s%s: %s"
        .formatted(
            kind,
            text(said, "path"),
            product.isEmpty() ? "" : " (" + product + ")",
            text(said, "message"));
  }

  @Command(
      description = "Lists what became of a rule, the newest first; also of one that is no more.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus rule versions overheat"})
  int versions(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--limit", defaultValue = "50", description = "At most so many, up to 1000.")
          int limit,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode page = api.get(ApiPath.of("rules", id, "versions") + "?limit=" + limit);
    if (json) {
      System.out.println(page.toPrettyString());
      return 0;
    }
    Table table = new Table("version", "at", "by", "mode", "when");
    for (JsonNode change : page.path("items")) {
      table.add(
          text(change, "version"),
          text(change, "at"),
          text(change, "by"),
          change.path("deleted").asBoolean(false)
              ? "deleted"
              : change.at("/rule/mode").asString(""),
          change.at("/rule/when").asString(""));
    }
    table.print();
    return 0;
  }

  @Command(
      description = "Deletes a rule; its versions stay, and its open alerts are cleared.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus rule delete overheat"})
  int delete(@Mixin ApiOptions api, @Parameters(paramLabel = "ID") String id) {
    api.delete(ApiPath.of("rules", id));
    System.out.println(id + " is deleted");
    return 0;
  }

  static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
