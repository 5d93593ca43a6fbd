package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.server.Configuration;
import io.vagus.server.Server;
import io.vagus.testkit.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The event log from the command line, beside a running server and after it. */
@Timeout(120)
class AuditCommandTest {
  @TempDir Path folder;

  private record Run(int exitCode, String out) {}

  private Run vagus(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Main.commandLine();
      line.setErr(new PrintWriter(out, true, StandardCharsets.UTF_8));
      String[] all =
          Stream.concat(Arrays.stream(words), Stream.of("--data=" + folder)).toArray(String[]::new);
      return new Run(line.execute(all), out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  private Server serve() {
    return Server.start(
        Configuration.read(
            null,
            Map.of(),
            Map.of("data", folder.toString(), "http", "127.0.0.1:0", "mqtt", "off")));
  }

  @Test
  void provesRebuildsAndListsBesideARunningServer() throws IOException {
    Path model = Files.writeString(folder.resolve("pump.json"), "{\"id\": \"pump\"}");
    try (Server server = serve()) {
      assertThat(server.httpUrl()).startsWith("http");
      assertThat(vagus("product", "create", model.toString()).exitCode()).isZero();
      assertThat(vagus("device", "create", "pump-7", "--product=pump").exitCode()).isZero();

      Run verified = vagus("audit", "verify");
      assertThat(verified.exitCode()).as(verified.out()).isZero();
      assertThat(verified.out()).containsPattern("whole: \\d+ events\nhead \\d+:[0-9a-f]{64}\n");
      String head = verified.out().replaceFirst("(?s).*head (\\S+)\n", "$1");
      Run rebuilt = vagus("audit", "rebuild");
      assertThat(rebuilt.exitCode()).as(rebuilt.out()).isZero();
      assertThat(rebuilt.out()).contains("the same: ");

      assertThat(vagus("audit", "events", "--device=pump-7").out())
          .containsPattern("token:admin +device.created +device:pump-7");
      assertThat(vagus("audit", "events", "--actor=token:admin", "--type=product.saved").out())
          .contains("product:pump")
          .doesNotContain("device.created");
      assertThat(vagus("audit", "verify", "--head=" + head).exitCode()).isZero();
      assertThat(vagus("audit", "verify", "--head=9" + head).out()).contains("cut off");
    }
  }

  @Test
  void provesARegistryInPostgresqlBesideItsServerAndShowsNoPassword() throws IOException {
    Path file = folder.resolve("vagus.properties");
    Files.writeString(
        file,
        "registry = postgresql\nregistry.url = %s\nregistry.user = %s\nregistry.password = %s\n"
                .formatted(
                    PostgresServer.shared().newSchema(),
                    PostgresServer.USER,
                    PostgresServer.PASSWORD)
            + "registry.tls = off\nhttp = 127.0.0.1:0\nmqtt = off\n");
    String config = "--config=" + file;
    Map<String, String> flags = Map.of("data", folder.toString());
    try (Server server = Server.start(Configuration.read(file, Map.of(), flags))) {
      assertThat(server.httpUrl()).startsWith("http");
      Run rebuilt = vagus("audit", "rebuild", config);
      assertThat(rebuilt.exitCode()).as(rebuilt.out()).isZero();
      assertThat(rebuilt.out()).contains("the same: ");
      assertThat(vagus("audit", "verify", config).out()).contains("whole: ");
    }
    assertThat(folder.resolve("registry.db")).doesNotExist();
    assertThat(vagus("config", config).out())
        .containsPattern("registry.kind +postgresql")
        .containsPattern("registry.password +\\(hidden\\)")
        .doesNotContain(PostgresServer.PASSWORD);
  }

  @Test
  void aChangedFileIsNamedWithExitCodeOne() throws IOException {
    serve().close();
    Path file = folder.resolve("registry.db");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertThat(text).contains("token.issued");
    Files.writeString(
        file, text.replace("token.issued", "token.issueD"), StandardCharsets.ISO_8859_1);

    Run verified = vagus("audit", "verify");
    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.out()).contains("BROKEN: event 2 was changed", "proved up to event 1");
    assertThat(vagus("audit", "rebuild").exitCode()).isEqualTo(1);
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(vagus("audit", "verify").out()).contains("registry.db (expected: one that exists)");
    assertThat(vagus("audit", "verify").exitCode()).isEqualTo(2);
    serve().close();
    assertThat(vagus("audit", "verify", "--head=7").out()).contains("head: \"7\" (expected:");
  }
}
