package io.vagus.bench;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The few calls of the API that the benches need. Thread-safe. */
final class ApiClient implements AutoCloseable {
  /** So long the processing may stand still. */
  private static final Duration STILL = Duration.ofMinutes(1);

  private static final JsonMapper JSON = new JsonMapper();
  private static final int BULK = 10_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI server;
  private final String token;

  ApiClient(ServerProcess server) {
    this(server.http(), server.token());
  }

  ApiClient(URI server, String token) {
    this.server = server;
    this.token = token;
  }

  /** A product whose devices send {@code m0} to {@code m<n-1>}, numbers without range. */
  void createProduct(String id, int metrics) {
    StringBuilder models = new StringBuilder();
    for (int i = 0; i < metrics; i++) {
      models.append(i == 0 ? "" : ",").append("\"m").append(i).append("\":{\"type\":\"number\"}");
    }
    post("/api/v1/products", "{\"id\":\"" + id + "\",\"metrics\":{" + models + "}}");
  }

  void createDevices(String product, List<String> ids, Optional<String> secret) {
    String end = secret.map(s -> ",\"secret\":\"" + s + "\"}").orElse("}");
    for (int from = 0; from < ids.size(); from += BULK) {
      StringBuilder body = new StringBuilder("[");
      for (String id : ids.subList(from, Math.min(ids.size(), from + BULK))) {
        body.append(body.length() == 1 ? "" : ",")
            .append("{\"id\":\"")
            .append(id)
            .append("\",\"product\":\"")
            .append(product)
            .append('"')
            .append(end);
      }
      JsonNode answer = post("/api/v1/devices/bulk", body.append(']').toString());
      if (answer.path("failed").asLong() != 0) {
        throw new VagusException(ErrorCode.INTERNAL, "devices were not created: " + answer);
      }
    }
  }

  private JsonNode post(String path, String body) {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return JSON.readTree(send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  JsonNode get(String path) {
    return JSON.readTree(text(path));
  }

  String text(String path) {
    return send(request(path).build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  /** To be closed. */
  Stream<String> lines(String path) {
    return send(request(path).build(), HttpResponse.BodyHandlers.ofLines()).body();
  }

  /** The ledger's counts of all listeners together. */
  JsonNode ledger() {
    return get("/api/v1/ledger");
  }

  /** Waits until all that is durable is processed, as long as that goes on; the ledger then. */
  JsonNode drained() {
    long[] least = {Long.MAX_VALUE, System.nanoTime()};
    Pause.until(
        Duration.ofHours(3),
        "processing of all that was acknowledged",
        () -> {
          long pending = ledger().path("total").path("pending").asLong();
          if (pending < least[0]) {
            least[0] = pending;
            least[1] = System.nanoTime();
          } else if (System.nanoTime() - least[1] > STILL.toNanos()) {
            throw new VagusException(
                ErrorCode.IO_FAILED,
                "processing: %d messages pending for %d s (expected: fewer and fewer)"
                    .formatted(pending, STILL.toSeconds()));
          }
          return pending == 0;
        });
    return ledger();
  }

  /** The sum of a metric's lines that have the label; NaN when there is none. */
  double metric(String name, String label) {
    Matcher m =
        Pattern.compile("^" + name + "\\{[^}]*" + label + "[^}]*} (\\S+)$", Pattern.MULTILINE)
            .matcher(text("/metrics"));
    double sum = Double.NaN;
    while (m.find()) {
      sum = (Double.isNaN(sum) ? 0 : sum) + Double.parseDouble(m.group(1));
    }
    return sum;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + token);
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      HttpResponse<T> response = http.send(request, handler);
      if (response.statusCode() / 100 != 2) {
        throw new VagusException(
            ErrorCode.INTERNAL,
            request.method()
                + " "
                + request.uri().getPath()
                + ": "
                + response.statusCode()
                + " "
                + response.body());
      }
      return response;
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "the server does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
