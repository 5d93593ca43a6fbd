package io.vagus.cli;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where the API is and who asks; shared by all commands that ask it. */
final class ApiOptions {
  private static final int MAX_PROBLEM_BYTES = 64 << 10;
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

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the API's token (default: VAGUS_TOKEN, else DIR/admin.token).")
  @Nullable Path tokenFile;

  /** Takes an answer's body while it comes. */
  interface Receiver {
    void receive(InputStream body) throws IOException;
  }

  /** The answer's body; an exception that says what to do when there is none. */
  JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  /** The same, for a change. */
  JsonNode post(String path, JsonNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build());
  }

  /** A change that needs no body. */
  JsonNode post(String path) {
    return send(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  /** A file as it is. */
  JsonNode post(String path, String contentType, Path body) {
    try {
      return send(
          request(path)
              .header("Content-Type", contentType)
              .POST(HttpRequest.BodyPublishers.ofFile(body))
              .build());
    } catch (FileNotFoundException e) {
      throw new VagusException(ErrorCode.NOT_FOUND, "no file " + body, e);
    }
  }

  JsonNode delete(String path) {
    return send(request(path).DELETE().build());
  }

  private static JsonNode send(HttpRequest request) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      requireOk(answer, answer.body());
      String body = answer.body();
      return body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body);
    } catch (IOException e) {
      throw unreachable(request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }

  /** The answer's body as it comes, of any length. What the receiver throws is passed on. */
  void stream(String path, Receiver receiver) throws IOException {
    HttpRequest request = request(path).GET().build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> answer = open(client, request);
      try (InputStream body = answer.body()) {
        if (answer.statusCode() != 200) {
          requireOk(answer, new String(body.readNBytes(MAX_PROBLEM_BYTES), StandardCharsets.UTF_8));
        }
        receiver.receive(body);
      }
    }
  }

  private static HttpResponse<InputStream> open(HttpClient client, HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw unreachable(request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }

  private HttpRequest.Builder request(String path) {
    URI uri = URI.create(baseUrl() + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
    String token = token();
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  private static void requireOk(HttpResponse<?> answer, String body) {
    if (answer.statusCode() == 401) {
      throw new VagusException(
          ErrorCode.UNAUTHENTICATED,
          answer.uri()
              + " does not know the token; it is in admin.token of the server's data folder: give"
              + " --data, --token-file or VAGUS_TOKEN");
    }
    if (answer.statusCode() / 100 != 2) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          answer.uri() + " answered " + answer.statusCode() + ": " + detail(body));
    }
  }

  private static VagusException unreachable(URI uri, IOException e) {
    return new VagusException(
        ErrorCode.IO_FAILED,
        uri
            + " cannot be reached ("
            + e
            + "); is the server up? ./vagus up starts one, --url names another",
        e);
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
    if (tokenFile != null) {
      return require(tokenFile);
    }
    String variable = System.getenv("VAGUS_TOKEN");
    return variable != null ? variable : read(data.resolve("admin.token"));
  }

  /** A file's text, without white space about it. */
  static String require(Path file) {
    String text = read(file);
    if (text == null) {
      throw new VagusException(ErrorCode.NOT_FOUND, "no file " + file);
    }
    return text;
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : null;
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
