package io.vagus.cli;

import io.vagus.client.ApiPath;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Waits for the end of a command on its live stream. */
final class CommandEnd {
  private static final Set<String> OVER =
      Set.of("succeeded", "failed", "expired", "cancelled", "unknown", "refused");

  private CommandEnd() {}

  /**
   * Tells of each state after the one given; the command as it was last seen, which is over unless
   * the server ended the stream.
   */
  static JsonNode await(ApiOptions api, JsonNode command, Consumer<String> changed)
      throws IOException {
    JsonNode[] last = {command};
    api.stream(
        "/api/v1/commands/live?command=" + ApiPath.encoded(command.path("id").asString("")),
        body ->
            EventStreams.read(
                body,
                now -> {
                  String state = now.path("state").asString("");
                  if (!state.equals(last[0].path("state").asString(""))) {
                    changed.accept(state);
                  }
                  last[0] = now;
                  return !OVER.contains(state);
                }));
    return last[0];
  }
}
