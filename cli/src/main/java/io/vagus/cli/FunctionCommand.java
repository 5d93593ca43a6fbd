package io.vagus.cli;

import io.vagus.client.ApiPath;
import io.vagus.function.Shipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus function}: functions in WebAssembly that rules may call. */
@Command(
    name = "function",
    description = "Functions in WebAssembly that rules may call: list, put, show, test, delete.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  ./vagus function put vibration --shipped",
      "  ./vagus function test vibration rms '[1, -1, 1, -1]'"
    })
final class FunctionCommand {
  private static final String FUNCTIONS = "/api/v1/functions";

  @Command(
      description = "Lists modules and their functions.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus function list"})
  int list(
      @Mixin ApiOptions api,
      @Option(names = "--json", description = "As the API gives it.") boolean json) {
    JsonNode all = api.get(FUNCTIONS);
    if (json) {
      System.out.println(all.toPrettyString());
      return 0;
    }
    Table table = new Table("module", "version", "bytes", "functions");
    for (JsonNode one : all.path("items")) {
      table.add(
          one.path("module").asString(""),
          one.path("version").asString(""),
          one.path("sizeBytes").asString(""),
          signatures(one.path("manifest").path("functions")));
    }
    table.print();
    return 0;
  }

  private static String signatures(JsonNode functions) {
    StringJoiner all = new StringJoiner(", ");
    for (JsonNode function : functions) {
      StringJoiner parameters = new StringJoiner(", ", "(", ")");
      for (JsonNode parameter : function.path("parameters")) {
        parameters.add(
            parameter.path("name").asString("") + ": " + parameter.path("type").asString(""));
      }
      all.add(
          function.path("name").asString("")
              + parameters
              + ": "
              + function.path("result").asString(""));
    }
    return all.toString();
  }

  @Command(
      description = {
        "Saves a module: FILE and beside it its manifest, FILE with .json for .wasm.",
        "It is checked, held to its examples and warm before rules call it."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus function put vibration vibration.wasm",
        "  ./vagus function put units --shipped"
      })
  int put(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "MODULE", description = "Rules call MODULE.function(…).")
          String module,
      @Parameters(paramLabel = "FILE", arity = "0..1") @Nullable Path file,
      @Option(names = "--manifest", paramLabel = "FILE", description = "Where else it is.")
          @Nullable Path manifest,
      @Option(names = "--shipped", description = "The one of that name that comes with Vagus.")
          boolean shipped)
      throws IOException {
    if (shipped == (file != null)) {
      System.err.println("expected: either FILE or --shipped (" + Shipped.NAMES + ")");
      return 2;
    }
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.set("manifest", JsonMapper.shared().readTree(manifest(module, file, manifest)));
    byte[] wasm = file == null ? Shipped.module(module) : Files.readAllBytes(file);
    body.put("wasm", Base64.getEncoder().encodeToString(wasm));
    JsonNode saved = api.put(ApiPath.of("functions", module), body);
    System.out.printf(
        "%s: version %s, %s%n",
        module,
        saved.path("version").asString(""),
        signatures(saved.path("manifest").path("functions")));
    return 0;
  }

  private static String manifest(String module, @Nullable Path file, @Nullable Path manifest)
      throws IOException {
    if (manifest != null) {
      return Files.readString(manifest);
    }
    return file == null
        ? Shipped.manifest(module)
        : Files.readString(
            file.resolveSibling(file.getFileName().toString().replaceFirst("\\.wasm$", ".json")));
  }

  @Command(
      description = "Shows a module's manifest.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus function show vibration"})
  int show(@Mixin ApiOptions api, @Parameters(paramLabel = "MODULE") String module) {
    System.out.println(api.get(ApiPath.of("functions", module)).toPrettyString());
    return 0;
  }

  @Command(
      description = "Calls a function as a rule would. Exit code 1 when it has no result.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  ./vagus function test vibration rms '[1, -1, 1, -1]'",
        "  ./vagus function test units fahrenheit 37"
      })
  int test(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "MODULE") String module,
      @Parameters(paramLabel = "FUNCTION") String function,
      @Parameters(paramLabel = "ARGUMENT", arity = "0..8", description = "As JSON.")
          @Nullable List<String> arguments) {
    ObjectNode body = JsonMapper.shared().createObjectNode().put("function", function);
    ArrayNode given = body.putArray("arguments");
    if (arguments != null) {
      arguments.forEach(one -> given.add(JsonMapper.shared().readTree(one)));
    }
    JsonNode answer = api.post(ApiPath.of("functions", module, "call"), body);
    if (answer.has("unknown")) {
      System.err.println("no result: " + answer.path("unknown").asString(""));
      return 1;
    }
    System.out.println(answer.path("result"));
    return 0;
  }

  @Command(
      description = "Deletes a module, unless a rule calls it.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  ./vagus function delete vibration"})
  int delete(@Mixin ApiOptions api, @Parameters(paramLabel = "MODULE") String module) {
    api.delete(ApiPath.of("functions", module));
    return 0;
  }
}
