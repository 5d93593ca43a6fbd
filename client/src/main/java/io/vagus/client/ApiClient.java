package io.vagus.client;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Asks the API. An answer is its text, mostly JSON; what is not 2xx is an exception that says what
 * the server said, and what to do. Thread-safe.
 */
public final class ApiClient implements AutoCloseable {
  private static final String JSON = "application/json";
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int MAX_PROBLEM_BYTES = 64 << 10;

  private final ApiAccess access;
  private final Duration timeout;
  private final HttpClient http;

  /** Takes an answer's body while it comes. */
  public interface Receiver {
    void receive(InputStream body) throws IOException;
  }

  /**
   * @param timeout of each call, until its answer begins
   */
  public ApiClient(ApiAccess access, Duration timeout) {
    this.access = access;
    this.timeout = timeout;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    if (isTls()) {
      builder.sslContext(CaFile.tls(access.caFile()));
    }
    this.http = builder.build();
  }

  public String get(String path) {
    return send("GET", path, JSON, BodyPublishers.noBody());
  }

  /** A change that needs no body. */
  public String post(String path) {
    return send("POST", path, JSON, BodyPublishers.noBody());
  }

  public String post(String path, String json) {
    return send("POST", path, JSON, BodyPublishers.ofString(json));
  }

  /** A file as it is. */
  public String post(String path, String contentType, Path body) {
    try {
      return send("POST", path, contentType, BodyPublishers.ofFile(body));
    } catch (FileNotFoundException e) {
      throw new VagusException(ErrorCode.NOT_FOUND, "no file " + body, e);
    }
  }

  public String put(String path, String json) {
    return send("PUT", path, JSON, BodyPublishers.ofString(json));
  }

  /**
   * @param ifMatch an ETag: only when that is its version
   */
  public String put(String path, String json, String ifMatch) {
    HttpRequest.Builder request =
        request(path)
            .PUT(BodyPublishers.ofString(json))
            .header("Content-Type", JSON)
            .header("If-Match", ifMatch);
    return whole(request.build());
  }

  public String patch(String path, String json) {
    return send("PATCH", path, JSON, BodyPublishers.ofString(json));
  }

  public String delete(String path) {
    return send("DELETE", path, JSON, BodyPublishers.noBody());
  }

  /** The answer's body as it comes, of any length. What the receiver throws is passed on. */
  public void stream(String path, Receiver receiver) throws IOException {
    stream(request(path).GET().build(), receiver);
  }

  /** The same, of what a change answers. */
  public void stream(String path, String json, Receiver receiver) throws IOException {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(json));
    stream(request.header("Content-Type", JSON).build(), receiver);
  }

  private void stream(HttpRequest request, Receiver receiver) throws IOException {
    HttpResponse<InputStream> answer = exchange(request, BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 200) {
        byte[] problem = body.readNBytes(MAX_PROBLEM_BYTES);
        throw Problems.of(answer, new String(problem, StandardCharsets.UTF_8));
      }
      receiver.receive(body);
    }
  }

  private String send(String method, String path, String contentType, BodyPublisher body) {
    HttpRequest.Builder request = request(path).method(method, body);
    if (body.contentLength() != 0) {
      request.header("Content-Type", contentType);
    }
    return whole(request.build());
  }

  private String whole(HttpRequest request) {
    HttpResponse<String> answer = exchange(request, BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw Problems.of(answer, answer.body());
    }
    return answer.body();
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw Problems.unreachable(request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }

  private HttpRequest.Builder request(String path) {
    URI uri = URI.create(access.url().toString().replaceFirst("/$", "") + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(timeout);
    access.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    return request;
  }

  private boolean isTls() {
    return "https".equals(access.url().getScheme());
  }

  @Override
  public void close() {
    http.close();
  }
}
