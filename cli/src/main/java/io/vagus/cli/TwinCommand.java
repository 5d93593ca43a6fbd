package io.vagus.cli;

import io.vagus.client.ApiPath;
import io.vagus.client.SecretText;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./vagus device twin}: what a device is, and what it is wanted to be. */
@Command(
    name = "twin",
    description = "A device's twin: what it is, and what it is wanted to be.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ./vagus device twin get pump-7"})
final class TwinCommand {

  @Command(
      description = "Shows desired and reported state, and what differs.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Exit code 1 when the device does not follow its desired state.",
        "",
        "Example:",
        "  ./vagus device twin get pump-7 --at 2026-11-25T10:00:00Z"
      })
  int get(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Option(names = "--at", description = "Desired state as it was then: RFC 3339.")
          @Nullable String at) {
    String path = ApiPath.of("devices", id, "twin");
    JsonNode twin = api.get(at == null ? path : path + "?" + ApiPath.and("at", at).substring(1));
    System.out.println(twin.toPrettyString());
    String sync = twin.path("sync").asString("");
    return sync.equals("behind") || sync.equals("differs") ? 1 : 0;
  }

  @Command(
      description = "Changes desired state by a JSON merge patch (RFC 7386).",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "A patch that begins with @ names a file that holds it.",
        "",
        "Example:",
        "  ./vagus device twin set pump-7 '{\"mode\": \"eco\", \"valve\": {\"position\": 40}}'"
      })
  int set(
      @Mixin ApiOptions api,
      @Parameters(paramLabel = "ID") String id,
      @Parameters(paramLabel = "PATCH") String patch) {
    JsonNode after = api.patch(ApiPath.of("devices", id, "twin", "desired"), json(patch));
    System.out.println(after.toPrettyString());
    return 0;
  }

  /** What somebody typed, or the file that he named. */
  static JsonNode json(String text) {
    try {
      return JsonMapper.shared()
          .readTree(text.startsWith("@") ? SecretText.read(Path.of(text.substring(1))) : text);
    } catch (JacksonException e) {
      throw new io.vagus.kit.VagusException(
          io.vagus.kit.ErrorCode.INVALID_REQUEST, "no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
