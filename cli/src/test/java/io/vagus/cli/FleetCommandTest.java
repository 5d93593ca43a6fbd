package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A simulated fleet against a real server that asks for secrets. */
@Timeout(180)
class FleetCommandTest {
  private static final String PROFILE =
      """
      {"products": [{
        "id": "meter", "devices": 20, "cadence": "1s", "http": 0.3,
        "link": {"loss": 0.05, "duplicates": 0.1, "latency": "5ms"},
        "metrics": {
          "power": {"unit": "kW", "min": 0, "max": 50, "base": 7, "noise": 0.2},
          "valve": {"signal": "states", "states": ["open", "shut"]}},
        "oddities": [{"numbers": [3], "wrongSecret": true}]}]}
      """;

  private static final String MODEL =
      """
      {"id": "pump", "version": 3, "name": "Pump 3000", "cadence": "250ms", "unknownMetrics": "refuse",
       "metrics": {
         "temperature": {"type": "number", "unit": "Cel", "min": -40, "max": 125, "onViolation": "refuse"},
         "starts": {"type": "integer", "min": 0, "max": 10, "onViolation": "refuse"},
         "running": {"type": "boolean"}, "mode": {"type": "text"}}}
      """;

  @TempDir Path folder;

  private Server start(Path data, Map<String, String> more) {
    Map<String, String> flags =
        new TreeMap<>(
            Map.of("data", data.toString(), "http", "127.0.0.1:0", "mqtt", "127.0.0.1:0"));
    flags.putAll(more);
    return Server.start(TestRegistry.configuration(flags));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static MainTest.Run fleet(Path data, String words) {
    return MainTest.run(("fleet --data " + data + " " + words).split(" "));
  }

  private static JsonNode json(MainTest.Run run) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    return JsonMapper.shared().readTree(run.out());
  }

  @Test
  void whatWasAcknowledgedIsWhatTheLedgerSays() throws IOException {
    Path profile = file("profile.json", PROFILE);
    try (Server server = start(folder, Map.of())) {
      assertThat(server.readyLine()).contains("mqtt=");
      String words = "--rate 200 --seconds 3 --verify --report - --threshold lost=0,rate>=50/s";
      JsonNode report = json(fleet(folder, "--profile " + profile + " " + words));

      assertThat(report.path("verified").asBoolean()).isTrue();
      assertThat(report.path("acknowledged").asLong()).isGreaterThan(200);
      assertThat(report.path("refused").path("HTTP 401").asLong()).isPositive();
      assertThat(report.path("copies").asLong()).isPositive();
      assertThat(report.path("linkLost").asLong()).isPositive();
      assertThat(report.path("ledger").path("accepted").asLong()).isGreaterThan(200);
      assertThat(report.path("ledger").path("duplicate").asLong()).isPositive();
      JsonNode latency = report.path("latency");
      assertThat(latency.path("p50Millis").asDouble()).isPositive();
      assertThat(latency.path("p999Millis").asDouble())
          .isBetween(latency.path("p99Millis").asDouble(), latency.path("maxMillis").asDouble());
      assertThat(report.path("figures").path("bytes-per-message").asDouble()).isGreaterThan(100);
      assertThat(report.path("thresholds").size()).isEqualTo(2);
    }
  }

  @Test
  void drivesAProductModelOverTlsAndKeepsAReportForComparison() throws IOException {
    Path model = file("pump.json", MODEL);
    Path report = folder.resolve("report.json");
    Path authority = folder.resolve("tls").resolve("server.crt");
    try (Server server = start(folder, Map.of("https", "127.0.0.1:0", "mqtts", "127.0.0.1:0"))) {
      assertThat(server.readyLine()).contains("mqtts=", "https=");
      String words = "--product " + model + " --devices 10 --http-share 0.5 --seconds 2 --verify";
      MainTest.Run run =
          fleet(folder, words + " --tls --ca-file " + authority + " --report " + report);

      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      JsonNode kept = JsonMapper.shared().readTree(Files.readString(report));
      assertThat(kept.path("acknowledged").asLong()).isBetween(70L, 80L);
      assertThat(kept.path("refused").isEmpty()).isTrue();
      JsonNode ledger =
          JsonMapper.shared()
              .readTree(MainTest.run("ledger", "--json", "--data", folder.toString()).out());
      assertThat(ledger.path("listeners").path("mqtts").path("accepted").asLong())
          .isBetween(30L, 50L);
      assertThat(ledger.path("listeners").path("https").path("accepted").asLong())
          .isBetween(30L, 50L);

      MainTest.Run again =
          fleet(folder, words + " --baseline " + report + " --threshold p50<=1us,lost=0");
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.err()).contains("p50: ", " ms (expected: <= 0.0 ms)").doesNotContain("lost");
      assertThat(again.out()).contains("adds up", "p999", "change", "bytes-per-message");
    }
  }

  @Test
  void aServerThatIsNotTrustedIsToldNothing() throws IOException {
    Path stranger = folder.resolve("stranger");
    try (Server server = start(folder, Map.of("mqtts", "127.0.0.1:0"));
        Server other = start(stranger, Map.of("mqtts", "127.0.0.1:0"))) {
      assertThat(server.readyLine() + other.readyLine()).contains("mqtts=");
      Path ca = stranger.resolve("tls").resolve("server.crt");
      String words = "--product " + file("pump.json", MODEL) + " --devices 3 --seconds 1 --tls";
      JsonNode report = json(fleet(folder, words + " --report - --ca-file " + ca));
      assertThat(report.path("acknowledged").asLong()).isZero();
      assertThat(report.path("connections").asLong()).isZero();
      assertThat(report.path("errors").toString()).contains("TLS: ", "PKIX");
    }
  }

  @Test
  void neverSpeaksForDevicesThatAreNotItsOwn() throws IOException {
    Path model = file("pump.json", MODEL);
    try (Server server = start(folder, Map.of())) {
      assertThat(server.readyLine()).contains("mqtt=");
      String words = "--product " + model + " --devices 3 --seconds 1 --report - --secret-file ";
      json(fleet(folder, words + folder.resolve("a.secrets")));

      MainTest.Run other = fleet(folder, words + folder.resolve("b.secrets"));
      assertThat(other.exitCode()).isEqualTo(2);
      assertThat(other.err()).contains("3 of the devices are there already", "--prefix");
      json(fleet(folder, words + folder.resolve("b.secrets") + " --prefix load-"));
      assertThat(MainTest.run("device", "list", "--data", folder.toString()).out())
          .contains("pump-003", "load-pump-003");
    }
  }

  @Test
  void theSameSeedStoresTheSame() throws IOException {
    Path profile =
        file(
            "seeded.json",
            """
            {"products": [{
              "id": "meter", "devices": 8, "cadence": "160ms", "http": 0.3,
              "link": {"loss": 0.1, "duplicates": 0.2, "late": 0.05, "latency": "20ms"},
              "metrics": {"power": {"unit": "kW", "base": 7, "spread": 1, "noise": 0.2, "decimals": 4}},
              "oddities": [
                {"numbers": [2], "faults": [{"kind": "stuck", "metric": "power", "onset": "400ms"}]},
                {"numbers": [4], "faults": [{"kind": "spike", "metric": "power", "size": 30}]}]}]}
            """);
    Map<String, String> first = stored("first", profile, 7);
    assertThat(stored("second", profile, 7)).isEqualTo(first).hasSize(8 + 1);
    assertThat(stored("third", profile, 8)).isNotEqualTo(first);
  }

  /** What a run leaves: each device's values with the time since its first, and the ledger. */
  private Map<String, String> stored(String name, Path profile, long seed) throws IOException {
    Path data = folder.resolve(name);
    Map<String, String> stored = new TreeMap<>();
    try (Server server = start(data, Map.of());
        HttpClient http = HttpClient.newHttpClient()) {
      String token = Files.readString(data.resolve(Server.TOKEN_FILE)).strip();
      JsonNode report =
          json(
              fleet(
                  data,
                  "--profile " + profile + " --seed " + seed + " --seconds 2 --verify --report -"));
      JsonNode ledger = report.path("ledger");
      stored.put("ledger", ledger.path("accepted") + " " + ledger.path("duplicate"));
      // What is accepted is committed, and so shown, a little later.
      Eventually.eventually(
          Duration.ofSeconds(20),
          "all readings shown",
          () -> {
            for (int n = 1; n <= 8; n++) {
              String path = "/api/v1/devices/meter-00" + n + "/export?format=csv";
              stored.put("meter-" + n, readings(text(http, server.httpUrl() + path, token)));
            }
            return shown(stored) == ledger.path("accepted").asLong();
          });
    }
    return stored;
  }

  private static long shown(Map<String, String> stored) {
    return String.join(" ", stored.values()).split("PT", -1).length - 1;
  }

  private static String text(HttpClient http, String url, String token) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token).build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join().body();
  }

  private static String readings(String csv) {
    StringBuilder out = new StringBuilder();
    Instant first = null;
    for (String line : csv.lines().skip(1).toList()) {
      String[] cells = line.split(",");
      Instant time = Instant.parse(cells[0]);
      first = first == null ? time : first;
      out.append(Duration.between(first, time)).append(' ').append(cells[2]).append(' ');
    }
    return out.toString();
  }

  @Test
  void saysWhatToDoWhenNoServerRunsAndWhatIsWrongWithAFile() throws IOException {
    MainTest.Run none = fleet(folder, "--seconds 1");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("no server runs on", "./vagus up");

    String nowhere = "--url http://127.0.0.1:1 --mqtt 127.0.0.1:1 ";
    Path profile = file("p.json", "{\"products\": [{\"id\": \"x\", \"cadnce\": \"1s\"}]}");
    MainTest.Run wrong = fleet(folder, nowhere + "--profile " + profile);
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("cadnce", "cadence");

    MainTest.Run empty = fleet(folder, nowhere + "--product " + file("e.json", "{\"id\": \"x\"}"));
    assertThat(empty.exitCode()).isEqualTo(2);
    assertThat(empty.err()).contains("metrics: none");

    MainTest.Run figure = fleet(folder, "--threshold p98<=1ms");
    assertThat(figure.exitCode()).isEqualTo(2);
    assertThat(figure.err()).contains("p98", "p99", "bytes-per-message");

    MainTest.Run both = fleet(folder, "--profile " + profile + " --product " + profile);
    assertThat(both.exitCode()).isEqualTo(2);
    assertThat(both.err()).contains("--profile", "--product");
  }
}
