package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.fleet.Demo;
import io.vagus.server.Configuration;
import io.vagus.server.Server;
import io.vagus.testkit.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pilot fleet on a real server, through its sockets. */
@Timeout(180)
class DemoFleetTest {
  private static final int DEVICES = 199;
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  private Configuration configuration(boolean open) {
    return Configuration.read(
        null,
        Map.of(),
        Map.of(
            "data",
            folder.toString(),
            "http",
            "127.0.0.1:0",
            "mqtt",
            "127.0.0.1:0",
            "open",
            Boolean.toString(open)));
  }

  private JsonNode get(Server server, String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
              .header(
                  "Authorization",
                  "Bearer " + Files.readString(folder.resolve("admin.token")).strip())
              .build();
      return JsonMapper.shared()
          .readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bringsDevicesWithAPastAndFaultsWorthLookingAt() {
    Configuration configuration = configuration(true);
    try (Server server = Server.start(configuration);
        Demo demo = DemoFleet.start(server, configuration)) {
      assertThat(demo.size()).isEqualTo(DEVICES);
      assertThat(get(server, "/api/v1/devices?limit=1").path("total").asInt()).isEqualTo(DEVICES);
      Eventually.eventually(
          BOUND,
          "a reading of this machine",
          () -> get(server, "/api/v1/devices/this-machine/readings").toString().contains("cpu"));
      Eventually.eventually(BOUND, "a dead letter", () -> total(server, "deadLettered") > 0);
      Eventually.eventually(
          BOUND,
          "a refused login",
          () -> get(server, "/api/v1/ledger").toString().contains("bad-credentials"));
      Eventually.eventually(
          BOUND,
          "the gaps of a silent device",
          () -> get(server, "/api/v1/gaps?device=cold-room-044").path("items").size() > 0);
      assertThat(get(server, "/api/v1/ledger").path("balanced").asBoolean()).isTrue();
    }
  }

  @Test
  void goesOnWithTheSameDevicesOnAServerThatAsksForSecrets() {
    Configuration configuration = configuration(false);
    for (int start = 0; start < 2; start++) {
      try (Server server = Server.start(configuration);
          Demo demo = DemoFleet.start(server, configuration)) {
        assertThat(demo.size()).isEqualTo(DEVICES);
        long before = total(server, "accepted");
        Eventually.eventually(
            BOUND, "twenty messages more", () -> total(server, "accepted") > before + 20);
        assertThat(get(server, "/api/v1/devices?limit=1").path("total").asInt()).isEqualTo(DEVICES);
      }
    }
  }

  private long total(Server server, String outcome) {
    return get(server, "/api/v1/ledger").path("total").path(outcome).asLong();
  }
}
