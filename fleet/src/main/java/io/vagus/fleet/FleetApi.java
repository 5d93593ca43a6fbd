package io.vagus.fleet;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The few calls of the API by which a fleet comes to be. Thread-safe. */
final class FleetApi {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int BULK = 1000;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final HttpClient http;
  private final URI server;
  private final Optional<String> token;

  FleetApi(HttpClient http, URI server, Optional<String> token) {
    this.http = http;
    this.server = server;
    this.token = token;
  }

  /** One that is there already stays as it is. */
  void createProduct(String model) {
    HttpResponse<String> answer = post("/api/v1/products", model);
    if (answer.statusCode() != 409) {
      require(answer);
    }
  }

  /**
   * Those that are there already stay as they are.
   *
   * @param secret of each; empty: none, as an open server lets them
   * @return how many were new
   */
  int createDevices(List<DevicePlan> plans, String secret) {
    int created = 0;
    for (int from = 0; from < plans.size(); from += BULK) {
      ArrayNode body = JSON.createArrayNode();
      plans
          .subList(from, Math.min(plans.size(), from + BULK))
          .forEach(plan -> body.add(device(plan, secret)));
      JsonNode answer = JSON.readTree(require(post("/api/v1/devices/bulk", body.toString())));
      created += answer.path("created").asInt();
      for (JsonNode error : answer.path("errors")) {
        if (!error.path("code").asString("").equals("conflict")) {
          throw new VagusException(ErrorCode.INVALID_REQUEST, "devices/bulk: " + error);
        }
      }
    }
    return created;
  }

  private static ObjectNode device(DevicePlan plan, String secret) {
    ObjectNode device = JSON.createObjectNode();
    device.put("id", plan.id()).put("product", plan.product()).put("name", plan.name());
    ObjectNode tags = device.putObject("tags");
    plan.tags().forEach(tags::put);
    if (!Double.isNaN(plan.site().lat())) {
      device.putObject("location").put("lat", plan.site().lat()).put("lon", plan.site().lon());
    }
    if (!secret.isEmpty()) {
      device.put("secret", secret);
    }
    return device;
  }

  JsonNode get(String path) {
    return JSON.readTree(require(send(HttpRequest.newBuilder(server.resolve(path)))));
  }

  JsonNode ledger() {
    return get("/api/v1/ledger");
  }

  private HttpResponse<String> post(String path, String body) {
    return send(
        HttpRequest.newBuilder(server.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    request.timeout(TIMEOUT);
    token.ifPresent(t -> request.header("Authorization", "Bearer " + t));
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, server + " cannot be reached (" + e + "); is the server up?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }

  private static String require(HttpResponse<String> answer) {
    if (answer.statusCode() / 100 != 2) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }
}
