package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
  private static final int MOST_LINES = 1000;

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
        "  ./vagus device log pull pump-7 --lines 50 --level warn --from 2026-11-26T00:00:00Z",
        "  ./vagus device log pull pump-7 --lines 20 --follow --every 2"
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
          int within,
      @Option(
              names = "--follow",
              description = "Asks again every --every seconds for what is new, until interrupted.")
          boolean follow,
      @Option(names = "--every", defaultValue = "5", description = "Seconds, with --follow.")
          int every)
      throws IOException, InterruptedException {
    ObjectNode arguments = JsonMapper.shared().createObjectNode();
    put(arguments, "level", level);
    put(arguments, "from", from);
    put(arguments, "to", to);
    Pulled pulled = pull(api, id, arguments, lines, within, -1);
    while (follow && pulled.exitCode() == 0) {
      TimeUnit.SECONDS.sleep(every);
      arguments.remove("before");
      pulled = pull(api, id, arguments, Integer.MAX_VALUE, within, pulled.newest());
    }
    return pulled.exitCode();
  }

  /**
   * What was printed.
   *
   * @param newest number of the newest line so far; -1 without any
   */
  private record Pulled(int exitCode, long newest) {}

  /**
   * @param after the number of a line that was printed before: only newer ones are
   */
  private Pulled pull(
      ApiOptions api, String id, ObjectNode arguments, int lines, int within, long after)
      throws IOException {
    List<JsonNode> newestFirst = new ArrayList<>();
    boolean more = true;
    while (more && newestFirst.size() < lines) {
      arguments.put("lines", Math.min(MOST_LINES, lines - newestFirst.size()));
      JsonNode ended = ask(api, id, "log.pull", arguments, within);
      if (!text(ended, "state").equals("succeeded")) {
        print(newestFirst);
        return new Pulled(failed(ended), after);
      }
      JsonNode part = ended.at("/result/output");
      more = part.has("next");
      for (int i = part.path("lines").size() - 1; i >= 0; i--) {
        JsonNode line = part.path("lines").path(i);
        if (line.path("seq").asLong() > after) {
          newestFirst.add(line);
        } else {
          more = false;
        }
      }
      arguments.put("before", part.path("next").asLong(0));
    }
    print(newestFirst);
    return new Pulled(
        0, newestFirst.isEmpty() ? after : newestFirst.getFirst().path("seq").asLong());
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
