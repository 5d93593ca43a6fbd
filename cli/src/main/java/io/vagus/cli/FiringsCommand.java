package io.vagus.cli;

import static io.vagus.cli.RuleCommand.text;

import io.vagus.client.ApiPath;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus rule firings}: what rules did. */
@Command(
    name = "firings",
    description = "Lists what rules did, the newest first, or as it happens.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  ./vagus rule firings overheat --device pump-7",
      "  ./vagus rule firings --follow"
    })
final class FiringsCommand implements Callable<Integer> {
  @Mixin ApiOptions api = new ApiOptions();

  @Parameters(arity = "0..1", paramLabel = "ID", description = "Only of that rule.")
  @Nullable String rule;

  @Option(names = "--device", description = "Only for that device.")
  @Nullable String device;

  @Option(names = "--limit", defaultValue = "50", description = "At most so many, up to 1000.")
  int limit;

  @Option(names = "--follow", description = "Each as it happens, until interrupted.")
  boolean follow;

  @Option(names = "--json", description = "As the API gives it.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    String filter = ApiPath.and("rule", rule) + ApiPath.and("device", device);
    if (follow) {
      String query = filter.isEmpty() ? "" : "?" + filter.substring(1);
      api.stream(
          "/api/v1/firings/live" + query,
          body ->
              EventStreams.read(
                  body,
                  firing -> {
                    System.out.println(json ? firing.toString() : line(firing));
                    return true;
                  }));
      return 0;
    }
    JsonNode page = api.get("/api/v1/firings?limit=" + limit + filter);
    if (json) {
      System.out.println(page.toPrettyString());
    } else {
      page.path("items").forEach(firing -> System.out.println(line(firing)));
    }
    return 0;
  }

  private static String line(JsonNode firing) {
    return String.join(
        "  ",
        text(firing, "eventTime"),
        text(firing, "rule"),
        text(firing, "device"),
        text(firing, "phase"),
        firing.path("seen").toString(),
        firing
            .path("actions")
            .valueStream()
            .map(action -> text(action, "do"))
            .collect(Collectors.joining(",")));
  }
}
