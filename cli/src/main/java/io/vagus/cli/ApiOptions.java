package io.vagus.cli;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where the API is and who asks; shared by all commands that ask it. */
final class ApiOptions {
  private static final JsonMapper JSON = JsonMapper.shared();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Of the server (default: VAGUS_URL, else the one running on --data).")
  @Nullable String url;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of a server on this machine (default: data).")
  Path data = Path.of("data");

  /** The answer's body; an exception that says what to do when there is none. */
  JsonNode get(String path) {
    return send(path, HttpRequest.Builder::GET);
  }

  /** The same, for a change. */
  JsonNode post(String path, JsonNode body) {
    return send(
        path,
        request ->
            request
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  private JsonNode send(String path, UnaryOperator<HttpRequest.Builder> asked) {
    URI uri = URI.create(baseUrl() + path);
    HttpRequest.Builder request =
        asked.apply(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)));
    String token = token();
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new VagusException(
            ErrorCode.INVALID_REQUEST,
            uri + " answered " + answer.statusCode() + ": " + detail(answer.body()));
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, uri + " cannot be reached (" + e + "); is the server up?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }

  private static String detail(String body) {
    try {
      return JSON.readTree(body).path("detail").asString(body);
    } catch (tools.jackson.core.JacksonException e) {
      return body;
    }
  }

  private String baseUrl() {
    String variable = System.getenv("VAGUS_URL");
    if (url != null) {
      return url;
    } else if (variable != null) {
      return variable;
    }
    String ready = read(data.resolve("ready"));
    if (ready == null) {
      throw new VagusException(
          ErrorCode.NOT_FOUND,
          "no server runs on "
              + data.toAbsolutePath()
              + "; start one with ./vagus up, or give"
              + " --url or --data");
    }
    return ready.replaceFirst("(?s).*\\bhttp=(\\S+).*", "$1");
  }

  private @Nullable String token() {
    String variable = System.getenv("VAGUS_TOKEN");
    return variable != null ? variable : read(data.resolve("admin.token"));
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : null;
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
