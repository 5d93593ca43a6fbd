package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus command send}: to one device, or to many at a pace. */
@Command(
    name = "send",
    description = "Asks a device, or all of a group, a product or a query, to do something.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "With --wait the exit code is 0 when it succeeded, everywhere, and 1 when it ended"
          + " otherwise.",
      "",
      "Example:",
      "  ./vagus command send valve-3 move --arg position=40 --within 30 --wait",
      "  ./vagus command send --group north --rate 50 --stop-share 0.1 restart --wait"
    })
final class SendCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ApiOptions api = new ApiOptions();

  @Parameters(
      arity = "1..2",
      paramLabel = "[DEVICE] NAME",
      description = "A device, and what its product can be asked; without a device for many.")
  List<String> words = List.of();

  @Option(names = "--arg", description = "NAME=JSON or NAME=TEXT, as often as there are.")
  Map<String, String> arguments = Map.of();

  @Option(names = "--within", description = "Seconds until it must have begun.")
  @Nullable Integer within;

  @Option(names = "--group", description = "All devices in it, and below it.")
  @Nullable String group;

  @Option(names = "--product", description = "All devices of that product.")
  @Nullable String product;

  @Option(
      names = "--query",
      description = "All devices that fit, as in the API's list: tag.site=north&status=active.")
  @Nullable String query;

  @Option(names = "--rate", description = "Devices asked per second, 0.01 to 10000; 10 without.")
  @Nullable Double rate;

  @Option(
      names = "--stop-share",
      description = "Gives up when more than this share did not succeed: 0 to below 1.")
  @Nullable Double stopShare;

  @Option(names = "--wait", description = "Shows each state until it is over.")
  boolean wait;

  @Override
  public Integer call() throws IOException {
    boolean many = group != null || product != null || query != null;
    if (words.size() != (many ? 1 : 2)) {
      throw new ParameterException(
          spec.commandLine(),
          many
              ? "one NAME is expected beside --group, --product and --query"
              : "DEVICE and NAME are expected, or --group, --product or --query");
    }
    ObjectNode body = body();
    return many ? sendMany(body) : sendOne(body);
  }

  private ObjectNode body() {
    ObjectNode body = JsonMapper.shared().createObjectNode().put("name", words.getLast());
    if (!arguments.isEmpty()) {
      ObjectNode node = body.putObject("arguments");
      arguments.forEach((key, value) -> node.set(key, value(value)));
    }
    if (within != null) {
      body.put("deadline", Instant.now().plusSeconds(within).toString());
    }
    return body;
  }

  private static JsonNode value(String text) {
    try {
      return JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      return JsonMapper.shared().getNodeFactory().stringNode(text);
    }
  }

  private int sendOne(ObjectNode body) throws IOException {
    JsonNode sent = api.post(ApiPath.of("devices", words.getFirst(), "commands"), body);
    String id = sent.path("id").asString("");
    System.out.println(id + "  " + sent.path("state").asString(""));
    return wait ? follow(id, sent) : 0;
  }

  private int follow(String id, JsonNode sent) throws IOException {
    JsonNode ended = CommandEnd.await(api, sent, state -> System.out.println(id + "  " + state));
    return ended.path("state").asString("").equals("succeeded") ? 0 : 1;
  }

  private int sendMany(ObjectNode body) throws IOException {
    put(body, "group", group);
    put(body, "product", product);
    put(body, "query", query);
    if (rate != null) {
      body.put("rate", rate);
    }
    if (stopShare != null) {
      body.putObject("stop").put("share", stopShare);
    }
    JsonNode begun = api.post(ApiPath.of("commands", "bulk"), body);
    String id = begun.path("id").asString("");
    System.out.println(id + "  " + begun.at("/progress/devices").asLong() + " devices");
    return wait ? BulkCommand.follow(api, id) : 0;
  }

  private static void put(ObjectNode body, String name, @Nullable String value) {
    if (value != null) {
      body.put(name, value);
    }
  }
}
