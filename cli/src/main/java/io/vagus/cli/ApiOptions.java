package io.vagus.cli;

import io.vagus.client.ApiClient;
import io.vagus.client.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API as a command asks it: by {@link ServerOptions}, its answers as JSON. */
final class ApiOptions {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.shared();

  @Mixin final ServerOptions server = new ServerOptions();

  private interface Call {
    String of(ApiClient api);
  }

  /** The answer's body; an exception that says what to do when there is none. */
  JsonNode get(String path) {
    return ask(api -> api.get(path));
  }

  /** The same, for a change. */
  JsonNode post(String path, JsonNode body) {
    return ask(api -> api.post(path, body.toString()));
  }

  /** A change that needs no body. */
  JsonNode post(String path) {
    return ask(api -> api.post(path));
  }

  /** A file as it is. */
  JsonNode post(String path, String contentType, Path body) {
    return ask(api -> api.post(path, contentType, body));
  }

  JsonNode put(String path, JsonNode body) {
    return ask(api -> api.put(path, body.toString()));
  }

  /** Only when that is its version. */
  JsonNode put(String path, JsonNode body, String ifMatch) {
    return ask(api -> api.put(path, body.toString(), ifMatch));
  }

  JsonNode patch(String path, JsonNode body) {
    return ask(api -> api.patch(path, body.toString()));
  }

  JsonNode delete(String path) {
    return ask(api -> api.delete(path));
  }

  private JsonNode ask(Call call) {
    try (ApiClient api = server.client(TIMEOUT)) {
      String answer = call.of(api);
      return answer.isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer);
    }
  }

  /** What a change answers, as it comes. What the receiver throws is passed on. */
  void stream(String path, JsonNode body, ApiClient.Receiver receiver) throws IOException {
    try (ApiClient api = server.client(TIMEOUT)) {
      api.stream(path, body.toString(), receiver);
    }
  }

  /** The answer's body as it comes, of any length. What the receiver throws is passed on. */
  void stream(String path, ApiClient.Receiver receiver) throws IOException {
    try (ApiClient api = server.client(TIMEOUT)) {
      api.stream(path, receiver);
    }
  }
}
