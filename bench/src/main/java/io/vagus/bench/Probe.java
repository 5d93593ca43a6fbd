package io.vagus.bench;

import io.vagus.client.ApiAccess;
import io.vagus.client.ApiClient;
import io.vagus.client.MetricsText;
import io.vagus.client.Provisioning;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a bench asks of a server that it measures. Thread-safe. */
final class Probe implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** So long the processing may stand still. */
  private static final Duration STILL = Duration.ofMinutes(1);

  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final ApiClient api;

  Probe(ServerProcess server) {
    this(server.access());
  }

  Probe(ApiAccess access) {
    this.api = new ApiClient(access, TIMEOUT);
  }

  /** A product whose devices send {@code m0} to {@code m<n-1>}, numbers without range. */
  void createProduct(String id, int metrics) {
    ObjectNode model = JSON.createObjectNode().put("id", id);
    ObjectNode described = model.putObject("metrics");
    for (int i = 0; i < metrics; i++) {
      described.putObject("m" + i).put("type", "number");
    }
    new Provisioning(api).createProduct(model.toString());
  }

  void createDevices(String product, List<String> ids, Optional<String> secret) {
    List<String> devices = ids.stream().map(id -> device(product, id, secret)).toList();
    int created = new Provisioning(api).createDevices(devices).count();
    if (created != ids.size()) {
      throw new VagusException(
          ErrorCode.INTERNAL, "devices created: " + created + " (expected: " + ids.size() + ")");
    }
  }

  private static String device(String product, String id, Optional<String> secret) {
    ObjectNode device = JSON.createObjectNode().put("id", id).put("product", product);
    secret.ifPresent(text -> device.put("secret", text));
    return device.toString();
  }

  String text(String path) {
    return api.get(path);
  }

  JsonNode json(String path) {
    return JSON.readTree(api.get(path));
  }

  JsonNode post(String path, JsonNode body) {
    return JSON.readTree(api.post(path, body.toString()));
  }

  void put(String path, String json) {
    var unused = api.put(path, json);
  }

  void eachLine(String path, Consumer<String> line) {
    try {
      api.stream(
          path,
          body ->
              new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))
                  .lines()
                  .forEach(line));
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, path + ": " + e, e);
    }
  }

  /** The ledger's counts of all listeners together. */
  JsonNode ledger() {
    return JSON.readTree(api.get("/api/v1/ledger"));
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
    return new MetricsText(text("/metrics")).sum(name, label);
  }

  @Override
  public void close() {
    api.close();
  }
}
