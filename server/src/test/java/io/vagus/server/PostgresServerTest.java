package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.backup.Restore;
import io.vagus.registry.sql.RegistryAudit;
import io.vagus.registry.sql.RegistryAudit.RebuildReport;
import io.vagus.testkit.PostgresServer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole server whose registry is a real PostgreSQL. */
@Timeout(180)
class PostgresServerTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir Path folder;

  private String[] settings(Path data) {
    return TestRegistry.postgres(data).toArray(String[]::new);
  }

  private static void assertProved(Path data, String... settings) {
    Configuration configuration = RunningServer.configuration(data, settings);
    try (RegistryAudit audit =
        RegistryAudit.open(configuration.registry(), data.resolve("registry.db"), Server.SCHEMA)) {
      RebuildReport report = audit.rebuild();
      assertThat(report.chain().firstBreak()).isEmpty();
      assertThat(report.chain().head().sequence()).isGreaterThan(3);
      assertThat(report.differences()).isEmpty();
    }
  }

  @Test
  void whatWasAnsweredIsThereAfterKillAndTheLogProvesIt() {
    Path data = folder.resolve("data");
    String[] settings = settings(data);
    try (ServerProcess process = ServerProcess.start(data, settings)) {
      RunningServer server = RunningServer.of(process, data);
      server.register("pump", "pump-7");
      expect(200, server.telemetry("pump-7", "{\"n\": 1}"));
      assertProved(data, settings);
      process.kill();
    }
    assertThat(data.resolve("registry.db")).doesNotExist();
    try (RunningServer server = RunningServer.start(data, settings)) {
      assertThat(server.get("/api/v1/devices/pump-7").path("product").asString()).isEqualTo("pump");
      assertThat(server.state("registry")).isEqualTo("up");
      expect(200, server.telemetry("pump-7", "{\"n\": 2}"));
      server.requireAccepted(2);
      eventually(
          BOUND,
          "its first message made it active",
          () -> server.get("/api/v1/devices/pump-7").path("status").asString().equals("active"));
    }
    assertProved(data, settings);
  }

  @Test
  void whileTheDatabaseIsAwayKnownDevicesSendAndEverythingElseIsToldSo() {
    Path data = folder.resolve("data");
    try (PostgresServer own = new PostgresServer(folder.resolve("postgres"))) {
      String[] settings =
          Stream.concat(
                  TestRegistry.postgres(data).stream().filter(s -> !s.startsWith("registry.url")),
                  Stream.of("registry.url=" + own.url()))
              .toArray(String[]::new);
      try (RunningServer server = RunningServer.start(data, settings)) {
        server.registerAll(2, "correct horse");
        expect(200, server.telemetry("pump-0", "{\"n\": 1}"));
        own.stop();

        expect(200, server.telemetry("pump-0", "{\"n\": 2}"));
        assertThat(server.telemetry("pump-1", "{\"n\": 1}").statusCode()).isEqualTo(503);
        assertThat(expect(503, server.post("/api/v1/products", "{\"id\":\"fan\"}")).body())
            .contains("database-away");
        assertThat(server.state("registry")).isEqualTo("down");
        assertThat(server.refusedConnections()).isZero();

        own.startAgain();
        eventually(BOUND, "it is up again", () -> server.state("registry").equals("up"));
        expect(201, server.post("/api/v1/products", "{\"id\":\"fan\"}"));
        expect(200, server.telemetry("pump-1", "{\"n\": 1}"));
        eventually(
            BOUND,
            "whoever was heard meanwhile is active",
            () ->
                List.of("pump-0", "pump-1").stream()
                    .allMatch(id ->
                        server
                            .get("/api/v1/devices/" + id)
                            .path("status")
                            .asString()
                            .equals("active")));
        // The one that was told to come again is in the ledger too.
        server.requireDecided(Map.of("received", 4, "accepted", 3));
      }
      assertProved(data, settings);
    }
  }

  /** As the registry keeps them. */
  private static List<String> devices(RunningServer server) {
    return server.get("/api/v1/devices").path("items").valueStream()
        .map(device ->
            Stream.of("id", "product", "status", "createdAt", "updatedAt", "version")
                .map(field -> device.path(field).asString())
                .collect(Collectors.joining(" ")))
        .toList();
  }

  @Test
  void aBackupIsRestoredIntoAnEmptyDatabaseAndIntoAFile() throws Exception {
    Path data = folder.resolve("data");
    Path archive = folder.resolve("a.tar.zst");
    List<String> devices;
    try (RunningServer server = RunningServer.start(data, settings(data))) {
      server.registerAll(3, "correct horse");
      expect(200, server.telemetry("pump-2", "{\"n\": 5}"));
      server.requireAccepted(1);
      eventually(
          BOUND,
          "it is active",
          () -> server.get("/api/v1/devices/pump-2").path("status").asString().equals("active"));
      devices = devices(server);
      server.backup(archive);
    }
    for (String kind : List.of("postgresql", "sqlite")) {
      Path restored = folder.resolve(kind);
      try (InputStream in = Files.newInputStream(archive)) {
        Restore.into(restored, in, Server.DATA_FORMAT);
      }
      String[] settings =
          kind.equals("sqlite") ? new String[] {"registry=sqlite"} : settings(restored);
      try (RunningServer server = RunningServer.start(restored, settings)) {
        assertThat(devices(server)).isEqualTo(devices);
        expect(200, server.telemetry("pump-2", "{\"n\": 6}"));
        server.requireAccepted(2);
      }
      assertProved(restored, settings);
    }
  }
}
