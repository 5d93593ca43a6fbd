package io.vagus.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Somebody has the credential of one device, d1, and tries all that is another's: every topic and
 * path of the device contract, and every route of the API. All of it is refused, counted, and
 * listed as lateral movement.
 */
@Timeout(120)
class StolenCredentialTest {
  private static final List<String> UP =
      List.of("telemetry", "events", "logs", "twin/reported", "time", "commands/1/ack");
  private static final List<String> DOWN =
      List.of("twin/desired", "commands/1", "commands/+", "time/reply", "errors", "#");

  @TempDir Path data;
  private final HttpClient client = HttpClient.newHttpClient();
  private RunningServer server;

  @BeforeEach
  void start() {
    server = RunningServer.start(data);
    server.register("pump", "d1");
    server.post(
        "/api/v1/devices", "{\"id\":\"d2\",\"product\":\"pump\",\"secret\":\"another horse\"}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private long lateral() {
    long sum = 0;
    for (JsonNode r :
        server.get("/api/v1/refusals?limit=1000&device=d1&reason=lateral-movement").path("items")) {
      sum += r.path("count").asLong();
    }
    return sum;
  }

  @Test
  void everyTopicOfAnotherIsRefusedOverMqtt() throws Exception {
    try (MqttDevice thief = MqttDevice.connected(server.port("mqtt"), "d1")) {
      int tries = 0;
      for (String suffix : UP) {
        for (String topic : List.of("v1/d2/" + suffix, "v1/d1/via/d2/" + suffix)) {
          thief.publish(topic, ++tries, "{}");
          assertThat(thief.readAck().reason()).as(topic).isEqualTo(0x87);
        }
      }
      List<String> filters = new ArrayList<>(List.of("#", "v1/#", "v1/+/telemetry", "+/d2/#"));
      DOWN.forEach(suffix -> filters.add("v1/d2/" + suffix));
      filters.add("$share/g/v1/d2/telemetry");
      for (String filter : filters) {
        assertThat(thief.subscribed(filter)).as(filter).isEqualTo(0x87);
        tries++;
      }
      assertThat(lateral()).isEqualTo(tries);
      thief.publish(99, "{\"temperature\": 21.5}");
      assertThat(thief.readAck().reason()).as("its own").isZero();
    }
    assertThat(server.get("/api/v1/devices/d2/messages").path("items")).isEmpty();
  }

  @Test
  void everyPathOfAnotherIsRefusedOverHttp() throws Exception {
    int tries = 0;
    for (String suffix : UP) {
      for (String path : List.of("/v1/d2/" + suffix, "/v1/d1/via/d2/" + suffix)) {
        int status = status("POST", path, basic());
        assertThat(status).as(path).isIn(403, 404);
        tries += status == 403 ? 1 : 0;
      }
    }
    assertThat(tries).isEqualTo(12);
    assertThat(lateral()).isEqualTo(tries);
    assertThat(server.get("/api/v1/devices/d2/messages").path("items")).isEmpty();
  }

  @Test
  void everyRouteOfTheApiIsRefused() throws Exception {
    String token = boundToken();
    // One after the other: memory knows one of them at a time, and nothing slow is looked at.
    int tries = tryAll(basic()) + tryAll("Bearer " + token);
    assertThat(tries).isGreaterThan(100);
    assertThat(lateral()).isEqualTo(tries);
  }

  private int tryAll(String credential) throws Exception {
    int tries = 0;
    JsonNode paths = server.get("/api/v1/openapi").path("paths");
    for (var path : paths.properties()) {
      for (var operation : path.getValue().properties()) {
        if (!operation.getValue().path("security").isEmpty()) {
          String route = path.getKey().replaceAll("\\{\\w+}", "d2");
          int status = status(operation.getKey().toUpperCase(Locale.ROOT), route, credential);
          assertThat(status).as(operation.getKey() + " " + route).isIn(401, 429);
          tries++;
        }
      }
    }
    return tries;
  }

  private static String basic() {
    return "Basic "
        + Base64.getEncoder().encodeToString("d1:correct horse".getBytes(StandardCharsets.UTF_8));
  }

  private String boundToken() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + "/token"))
            .header("Authorization", basic())
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
    return body.replaceFirst(".*\"access_token\":\"([^\"]+)\".*", "$1");
  }

  private int status(String method, String path, String credential) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
            .header("Authorization", credential)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
