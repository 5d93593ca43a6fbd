package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus device log}: what a device noted of itself, and how much it notes. */
@Command(
    name = "log",
    description = "A device's own log: pull, level.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ./vagus device log pull pump-7 --lines 50 --level warn"})
final class DeviceLogCommand {
  @Spec CommandSpec spec = CommandSpec.create();

  @Command(
      description = "Asks the device for its newest lines and prints them, the oldest first.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "A device that is away answers when it is back, at the latest after --within; each answer",
        "stays readable: ./vagus command list --device pump-7.",
        "",
        "Example:",
        "  ./vagus device log pull pump-7 --lines 50 --level warn --from 2026-11-26T00:00:00Z"
      })
  int pull(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--lines", defaultValue = "100", description = "At most so many, up to 1000.")
          int lines,
      @Option(names = "--level", description = "debug, info, warn or error, and above.")
          @Nullable String level,
      @Option(names = "--from", description = "RFC 3339, by the device's clock.")
          @Nullable String from,
      @Option(names = "--to", description = "RFC 3339, by the device's clock.") @Nullable String to,
      @Option(names = "--within", defaultValue = "60", description = "Seconds to wait, at most.")
          int within)
      throws IOException {
    List<JsonNode> newestFirst = new ArrayList<>();
    ObjectNode arguments = JsonMapper.shared().createObjectNode();
    put(arguments, "level", level);
    put(arguments, "from", from);
    put(arguments, "to", to);
    boolean more = true;
    while (more && newestFirst.size() < lines) {
      arguments.put("lines", lines - newestFirst.size());
      JsonNode ended = ask(api, id, "log.pull", arguments, within);
      if (!text(ended, "state").equals("succeeded")) {
        print(newestFirst);
        return failed(ended);
      }
      JsonNode part = ended.at("/result/output");
      for (int i = part.path("lines").size() - 1; i >= 0; i--) {
        newestFirst.add(part.path("lines").path(i));
      }
      more = part.has("next");
      arguments.put("before", part.path("next").asLong(0));
    }
    print(newestFirst);
    return 0;
  }

  @Command(
      description = "Lets the device note more or less for a while.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "It returns to its usual level by itself, also when nobody can reach it by then.",
        "",
        "Example:",
        "  ./vagus device log level pump-7 debug --for 600"
      })
  int level(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Parameters(paramLabel = "LEVEL", description = "debug, info, warn or error.") String level,
      @Option(names = "--for", required = true, description = "Seconds, up to 86400.") int seconds,
      @Option(names = "--within", defaultValue = "60", description = "Seconds to wait, at most.")
          int within)
      throws IOException {
    ObjectNode arguments = JsonMapper.shared().createObjectNode();
    arguments.put("level", level).put("seconds", seconds);
    JsonNode ended = ask(api, id, "log.level", arguments, within);
    if (!text(ended, "state").equals("succeeded")) {
      return failed(ended);
    }
    System.out.println(id + " notes " + level + " for " + seconds + " s");
    return 0;
  }

  private static void put(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  /** The command, when it is over. */
  private static JsonNode ask(
      ApiOptions api, String device, String name, ObjectNode arguments, int within)
      throws IOException {
    ObjectNode body = JsonMapper.shared().createObjectNode().put("name", name);
    body.set("arguments", arguments);
    body.put("deadline", Instant.now().plusSeconds(within).toString());
    return CommandEnd.await(
        api, api.post(ApiPath.of("devices", device, "commands"), body), state -> {});
  }

  private int failed(JsonNode command) {
    JsonNode result = command.path("result");
    String why =
        text(command, "state") + "  " + text(result, "code") + "  " + text(result, "detail");
    spec.commandLine().getErr().println(why.strip());
    return 1;
  }

  private static void print(List<JsonNode> newestFirst) {
    for (JsonNode line : newestFirst.reversed()) {
      System.out.println(
          text(line, "time") + "  " + text(line, "level") + "  " + text(line, "message"));
    }
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
