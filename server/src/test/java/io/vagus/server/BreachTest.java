package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.MonotonicClock;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.EvidenceCheck;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Devices in wrong hands, over real sockets: how fast they are out, and what is left of them. */
@Timeout(180)
class BreachTest {
  private static final int GROUP = 1000;
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir Path folder;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    TestAuthority ca = TestAuthority.make(folder);
    ca.device("pump-x");
    ca.issue("pump-x", Duration.ZERO);
    server = ca.serve();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private JsonNode contain(String path) {
    return JSON.readTree(
        expect(200, server.post(path + "/breach", "{\"reason\":\"stolen\"}")).body());
  }

  private void assertClosed(MqttDevice device) {
    org.assertj.core.api.Assertions.assertThatThrownBy(device::readAck)
        .isInstanceOfAny(EOFException.class, SocketException.class, IOException.class);
  }

  private Path evidence(String path, Path file) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.httpUrl() + path + "/evidence"))
              .header("Authorization", "Bearer " + server.token())
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofFile(file)).statusCode())
          .isEqualTo(200);
    }
    return file;
  }

  @Test
  void aContainedDeviceIsOutWithinASecondAndItsEvidenceIsWhole() throws Exception {
    MqttDevice device = MqttDevice.connected(server.port("mqtt"), "pump-x");
    device.publish(1, "{\"id\":\"a\",\"values\":{\"temperature\":21.5}}");
    assertThat(device.readAck().reason()).isZero();
    device.publish(2, "{no json");
    device.readAck();
    server.requireDecided(java.util.Map.of("accepted", 1, "deadLettered", 1));
    eventually(BOUND, "the reading is stored", () -> !server.export("pump-x").isEmpty());

    JsonNode done = contain("/api/v1/devices/pump-x");
    assertClosed(device);
    assertThat(done.path("result").asString()).isEqualTo("contained");
    assertThat(done.path("certificatesRevoked").asInt()).isEqualTo(1);
    assertThat(done.path("secretTaken").asBoolean()).isTrue();
    assertThat(done.path("disconnectedMillis").asInt(-1)).isBetween(0, 1000);
    System.out.println(
        "one device, call to last session's end: " + done.path("disconnectedMillis"));

    MqttDevice again = new MqttDevice("127.0.0.1", server.port("mqtt"), "pump-x");
    assertThat(again.connect("correct horse")).isEqualTo(0x86);
    again.close();
    assertThat(contain("/api/v1/devices/pump-x").path("result").asString()).isEqualTo("already");
    requireWhole(evidence("/api/v1/devices/pump-x", folder.resolve("evidence.zip")));
  }

  private int telemetry(String authorization) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              request("/v1/pump-x/telemetry", authorization)
                  .POST(HttpRequest.BodyPublishers.ofString("{\"temperature\": 1}"))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  private HttpRequest.Builder request(String path, String authorization) {
    return HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
        .header("Authorization", authorization);
  }

  @Test
  void whatWasIssuedBeforeTheBreachIsWorthNothingAfterTheResume() throws Exception {
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString("pump-x:correct horse".getBytes(StandardCharsets.UTF_8));
    String bearer;
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder ask = request("/token", basic).POST(HttpRequest.BodyPublishers.noBody());
      String made = client.send(ask.build(), HttpResponse.BodyHandlers.ofString()).body();
      bearer = "Bearer " + JSON.readTree(made).path("access_token").asString();
    }
    assertThat(telemetry(bearer)).isEqualTo(200);
    expect(201, server.post("/api/v1/enrolment/tokens", "{\"device\":\"pump-x\"}"));

    JsonNode done = contain("/api/v1/devices/pump-x");
    assertThat(done.path("tokensRevoked").asInt()).isEqualTo(1);
    assertThat(telemetry(bearer)).isEqualTo(401);

    expect(200, server.post("/api/v1/devices/pump-x/resume", ""));
    assertThat(telemetry(bearer)).isEqualTo(401);
    expect(200, server.post("/api/v1/devices/pump-x/secret", "{\"secret\":\"correct horse\"}"));
    assertThat(telemetry(bearer)).isEqualTo(401);
    assertThat(telemetry(basic)).isEqualTo(200);
    assertThat(server.get("/api/v1/enrolment/tokens").path("items").path(0).path("status"))
        .hasToString("\"revoked\"");
  }

  private void requireWhole(Path archive) throws IOException {
    assertThat(
            EvidenceCheck.check(
                archive, EvidenceCheck.roots(DeviceCertificates.folder(folder.resolve("data")))))
        .isInstanceOf(EvidenceCheck.Genuine.class);
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      assertThat(lines(zip, "devices")).first().asString().contains("\"quarantined\"");
      assertThat(lines(zip, "products")).hasSize(1);
      assertThat(lines(zip, "history"))
          .anyMatch(line -> line.contains("\"breach.contained\""))
          .anyMatch(line -> line.contains("\"device.secret-taken\""));
      assertThat(lines(zip, "certificates")).first().asString().contains("\"key-compromise\"");
      assertThat(lines(zip, "connections")).first().asString().contains("127.0.0.1", "\"closed\"");
      assertThat(lines(zip, "refusals")).isNotEmpty();
      assertThat(lines(zip, "messages")).hasSize(2);
      assertThat(lines(zip, "latest-readings")).first().asString().contains("21.5");
      assertThat(lines(zip, "readings")).hasSize(1);
      assertThat(lines(zip, "dead-letters")).first().asString().contains("{no json");
      for (String secret : List.of("correct horse", "argon2", "vds_")) {
        assertThat(String.join("", all(zip))).doesNotContain(secret);
      }
    }
  }

  private static List<String> all(ZipFile zip) throws IOException {
    List<String> all = new ArrayList<>();
    for (String name : zip.stream().map(java.util.zip.ZipEntry::getName).toList()) {
      all.add(
          new String(
              zip.getInputStream(zip.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8));
    }
    return all;
  }

  private static List<String> lines(ZipFile zip, String name) throws IOException {
    byte[] file = zip.getInputStream(zip.getEntry(name + ".ndjson")).readAllBytes();
    return new String(file, StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aGroupOfAThousandConnectedIsOutAndEachSaysWhen() throws Exception {
    expect(200, server.put("/api/v1/groups/north", "{\"name\":\"North\"}"));
    List<String> secrets = new ArrayList<>();
    StringBuilder bulk = new StringBuilder("[");
    for (int i = 0; i < GROUP; i++) {
      bulk.append(i == 0 ? "" : ",")
          .append(
              "{\"id\":\"pump-%d\",\"product\":\"pump\",\"generateSecret\":true,\"group\":\"north\"}"
                  .formatted(i));
    }
    String made = expect(201, server.post("/api/v1/devices/bulk", bulk + "]")).body();
    JSON.readTree(made).path("secrets").forEach(s -> secrets.add(s.path("secret").asString()));
    try (Herd herd = new Herd("127.0.0.1", secrets)) {
      assertThat(herd.comeBack(server.port("mqtt"), Duration.ofSeconds(30)).served())
          .isEqualTo(GROUP);
      MonotonicClock clock = MonotonicClock.system();
      long began = clock.nanos();
      String answer =
          expect(200, server.post("/api/v1/groups/north/breach", "{\"reason\":\"stolen\"}")).body();
      long tookMillis = (clock.nanos() - began) / 1_000_000;

      List<JsonNode> done = answer.lines().map(JSON::readTree).toList();
      assertThat(done).hasSize(GROUP);
      assertThat(done)
          .allMatch(one -> one.path("result").asString().equals("contained"))
          .allMatch(one -> one.path("connected").asBoolean() && one.has("disconnectedMillis"));
      long last =
          done.stream().mapToLong(o -> o.path("disconnectedMillis").asLong()).max().orElse(0);
      System.out.printf(
          Locale.ROOT,
          "%d devices: last session ended after %d ms, answer %d ms%n",
          GROUP,
          last,
          tookMillis);
      eventually(
          BOUND,
          "nobody of it is connected",
          () ->
              server
                  .get("/api/v1/devices?group=north&connection=connected")
                  .path("items")
                  .isEmpty());
    }
    requireGenuine(evidence("/api/v1/groups/north", folder.resolve("north.zip")));
  }

  private void requireGenuine(Path archive) throws IOException {
    assertThat(
            EvidenceCheck.check(
                archive, EvidenceCheck.roots(DeviceCertificates.folder(folder.resolve("data")))))
        .isInstanceOf(EvidenceCheck.Genuine.class);
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      assertThat(lines(zip, "devices")).hasSize(GROUP);
      assertThat(lines(zip, "messages")).hasSize(GROUP);
    }
    System.out.println("archive of " + GROUP + " devices: " + Files.size(archive) + " bytes");
  }
}
