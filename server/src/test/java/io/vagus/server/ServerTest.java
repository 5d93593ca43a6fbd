package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole platform in one process, through its sockets. */
class ServerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path data;

  @Test
  void aReadingIsVisibleWithinASecondOfItsAcknowledgement() {
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "pump-7");

      expect(200, server.telemetry("pump-7", "{\"temperature\": 21.5}"));

      eventually(
          SECOND,
          "the reading is the latest",
          () -> latest(server, "pump-7").path("value").asDouble() == 21.5);
      eventually(SECOND, "the reading is stored", () -> stored(server, "pump-7") == 1);
    }
  }

  @Test
  void whatWasAcknowledgedIsThereAfterARestartAndTheLedgerGoesOn() {
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "pump-7");
      for (int i = 0; i < 50; i++) {
        expect(200, server.telemetry("pump-7", "{\"n\": %d}".formatted(i)));
      }
    }
    try (RunningServer server = RunningServer.start(data)) {
      assertThat(latest(server, "pump-7").path("value").asInt()).isEqualTo(49);
      expect(200, server.telemetry("pump-7", "{\"n\": 50}"));
      eventually(SECOND, "all are stored", () -> stored(server, "pump-7", "n") == 51);
      JsonNode ledger = server.get("/api/v1/ledger");
      assertThat(ledger.path("balanced").asBoolean()).isTrue();
      assertThat(ledger.path("total").path("received").asInt()).isEqualTo(51);
      assertThat(ledger.path("total").path("accepted").asInt()).isEqualTo(51);
    }
  }

  @Test
  void theSameMessageAgainIsStoredOnceAndCountedAlsoAfterARestart() {
    String message = "{\"id\":\"a-1\",\"time\":\"%s\",\"values\":{\"n\":1}}".formatted(now());
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "pump-7");
      expect(200, server.telemetry("pump-7", message));
      expect(200, server.telemetry("pump-7", message));
    }
    try (RunningServer server = RunningServer.start(data)) {
      expect(200, server.telemetry("pump-7", message));
      eventually(SECOND, "both are duplicates", () -> total(server).path("duplicate").asInt() == 2);
      assertThat(stored(server, "pump-7", "n")).isEqualTo(1);
      assertThat(total(server).path("causes").path("replay").asInt()).isEqualTo(2);
      assertThat(server.get("/api/v1/ledger").path("balanced").asBoolean()).isTrue();
    }
  }

  @Test
  void aMessageThatCannotBeReadIsKeptAndTheSenderIsTold() {
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "pump-7");

      HttpResponse<String> answer =
          expect(422, server.telemetry("pump-7", "{\"temperature\": 1e400}"));

      assertThat(answer.body()).contains("temperature");
      eventually(
          SECOND, "it is a dead letter", () -> total(server).path("deadLettered").asInt() == 1);
      JsonNode letters = server.get("/api/v1/dead-letters");
      assertThat(letters.path("items").size()).isEqualTo(1);
    }
  }

  @Test
  void whatIsRefusedIsCountedWithItsReason() {
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "pump-7");
      expect(201, server.post("/api/v1/devices", "{\"id\":\"pump-8\",\"product\":\"pump\"}"));

      assertThat(server.telemetry("pump-8", "{\"t\": 1}").statusCode()).isEqualTo(401);
      String large = "{\"t\": \"" + "x".repeat(300_000) + "\"}";
      assertThat(server.telemetry("pump-7", large).statusCode()).isEqualTo(413);

      eventually(
          Duration.ofSeconds(3),
          "both are rejected",
          () -> total(server).path("rejected").asInt() == 2);
      JsonNode reasons = total(server).path("reasons");
      assertThat(reasons.path("bad-credentials").asInt()).isEqualTo(1);
      assertThat(reasons.path("payload-too-large").asInt()).isEqualTo(1);
    }
  }

  @Test
  void aSecondServerOnTheSameFolderIsRefusedAndSaysWhatToDo() {
    try (RunningServer server = RunningServer.start(data)) {
      assertThat(server.httpUrl()).isNotEmpty();
      assertThatThrownBy(() -> RunningServer.start(data))
          .isInstanceOfSatisfying(
              VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_LOCKED))
          .hasMessageContaining(data.toString())
          .hasMessageContaining("--data");
    }
  }

  @Test
  void onlyItsOwnerCanReadTheAdminToken() throws IOException {
    try (RunningServer server = RunningServer.start(data.resolve("new"))) {
      assertThat(server.token()).isNotEmpty();
    }
    assertThat(mode("new/admin.token")).isEqualTo("rw-------");
    assertThat(mode("new")).isEqualTo("rwx------");
  }

  @Test
  void openModeRefusesAnyAddressButLoopback() {
    assertThatThrownBy(() -> RunningServer.start(data, "open=true", "mqtt=0.0.0.0:0"))
        .hasMessageContaining("listen.open")
        .hasMessageContaining("0.0.0.0");
  }

  @Test
  void anUnknownSettingStopsTheStartAndNamesTheNearest() {
    assertThatThrownBy(() -> RunningServer.start(data, "journal.max-byte=1MiB"))
        .hasMessageContaining("did you mean journal.max-bytes?");
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name)));
  }

  private static String now() {
    return java.time.Instant.now().toString();
  }

  private static JsonNode total(RunningServer server) {
    return server.get("/api/v1/ledger").path("total");
  }

  private static JsonNode latest(RunningServer server, String device) {
    return server.get("/api/v1/devices/" + device + "/readings").path("readings").path(0);
  }

  private static int stored(RunningServer server, String device) {
    return stored(server, device, "temperature");
  }

  private static int stored(RunningServer server, String device, String metric) {
    return server
        .get("/api/v1/devices/" + device + "/readings/" + metric + "?raw=true&limit=1000")
        .path("readings")
        .size();
  }
}
