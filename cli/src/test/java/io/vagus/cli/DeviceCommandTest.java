package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.server.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** The client of the API against a real server. */
class DeviceCommandTest {
  @TempDir Path folder;
  private Server server;

  @BeforeEach
  void start() throws IOException {
    Map<String, String> flags =
        Map.of("data", folder.toString(), "http", "127.0.0.1:0", "mqtt", "off");
    server = Server.start(TestRegistry.configuration(flags));
    Path model =
        Files.writeString(
            folder.resolve("pump.json"),
            "{\"id\": \"pump\", \"metrics\": {\"temperature\": {\"unit\": \"Cel\"}}}");
    assertThat(run("product", "create", model.toString()).exitCode()).isZero();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private record Run(int exitCode, String out, String err) {}

  private Run run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", folder.toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream before = System.out;
    PrintStream beforeErr = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Main.commandLine();
      line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
      int exitCode = line.execute(all.toArray(String[]::new));
      return new Run(
          exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
      System.setErr(beforeErr);
    }
  }

  @Test
  void leadsADeviceThroughItsLife() {
    assertThat(run("device", "create", "pump-7", "--product", "pump", "--tag", "site=north").out())
        .contains("\"site\"", "north");
    assertThat(run("device", "list").out()).contains("id", "pump-7", "registered");
    assertThat(run("device", "suspend", "pump-7").out()).contains("suspended");
    assertThat(run("device", "show", "pump-7").out()).contains("suspended");
    assertThat(run("device", "resume", "pump-7").out()).contains("active");
    assertThat(run("device", "readings", "pump-7").exitCode()).isZero();
    assertThat(run("device", "export", "pump-7").out()).startsWith("time,metric,value");
    assertThat(run("device", "delete", "pump-7").exitCode()).isZero();
    assertThat(run("product", "delete", "pump").exitCode()).isZero();

    Run gone = run("device", "show", "pump-7");
    assertThat(gone.exitCode()).isEqualTo(2);
    assertThat(gone.err()).contains("404", "pump-7");
  }

  @Test
  void importsAFileAndSaysWhatWasRefused() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("devices.ndjson"),
            "{\"id\": \"pump-1\", \"product\": \"pump\"}\n"
                + "{\"id\": \"pump-2\", \"product\": \"nil\"}\n");
    Run run = run("device", "import", file.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("1 created, 1 refused");
    Path table =
        Files.writeString(
            folder.resolve("devices.csv"), "id,product,tag.site\npump-3,pump,north\n");
    assertThat(run("device", "import", table.toString()).out()).contains("1 created, 0 refused");
    assertThat(run("device", "show", "pump-3").out()).contains("north");
    Run list = run("device", "list", "--json");
    assertThat(JsonMapper.shared().readTree(list.out()).path("total").asInt()).isEqualTo(2);
  }

  @Test
  void reportsOnTheInventory() {
    run("device", "create", "pump-7", "--product", "pump");
    assertThat(run("device", "inventory").out())
        .contains("1 devices, 0 connected", "registered 1", "never 1", "unknown 1");
    assertThat(run("device", "inventory", "--product", "pump", "--csv").out())
        .startsWith("device,product")
        .contains("pump-7,pump,,registered");
    assertThat(run("device", "inventory", "--product", "fan", "--json").out())
        .contains("\"devices\" : 0");
  }

  @Test
  void leadsGroupsThroughTheirLives() {
    assertThat(run("group", "create", "acme", "--name", "Acme Ltd.").exitCode()).isZero();
    run("group", "create", "acme/north", "--parent", "acme");
    run("group", "create", "acme/plants", "--parent", "acme");
    assertThat(run("group", "move", "acme/north", "--to", "acme/plants").exitCode()).isZero();
    run("group", "query", "acme/pumps", "--parent", "acme", "--product", "pump");
    assertThat(run("group", "list").out().lines())
        .anyMatch(line -> line.startsWith("acme ") && line.contains("Acme Ltd."))
        .anyMatch(line -> line.startsWith("    acme/north"))
        .anyMatch(line -> line.contains("found by {\"product\":\"pump\""));
    run("device", "create", "pump-7", "--product", "pump");
    assertThat(run("group", "add", "acme/north", "pump-7").exitCode()).isZero();
    assertThat(run("group", "members", "acme").out()).contains("pump-7", "1 devices");
    assertThat(run("group", "members", "acme/pumps").out()).contains("pump-7");
    assertThat(run("group", "rename", "acme/north", "North").out()).contains("acme/plants");
    Run refused = run("group", "delete", "acme/north");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("has devices");
    assertThat(run("group", "remove", "pump-7").exitCode()).isEqualTo(2);
    assertThat(run("group", "members", "nowhere").err()).contains("404");
  }

  @Test
  void tellsSecretsThatTheServerMadeOnceAndWhereItIsTold() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("made.ndjson"),
            "{\"id\": \"m-1\", \"product\": \"pump\", \"generateSecret\": true}\n");
    Run nowhere = run("device", "import", file.toString());
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err()).contains("expected: --secrets FILE");
    assertThat(run("device", "show", "m-1").exitCode()).isEqualTo(2);

    Path secrets = folder.resolve("secrets.ndjson");
    Run run = run("device", "import", file.toString(), "--secrets", secrets.toString());
    assertThat(run.out()).contains("1 created").doesNotContain("secret\"");
    assertThat(Files.readString(secrets)).startsWith("{\"id\":\"m-1\",\"secret\":\"");
    assertThat(
            java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(secrets)))
        .isEqualTo("rw-------");
    assertThat(run("device", "import", file.toString(), "--secrets", secrets.toString()).err())
        .contains("exists (expected: a new file)");

    Path more =
        Files.writeString(
            folder.resolve("more.ndjson"),
            "{\"id\": \"m-2\", \"product\": \"pump\", \"generateSecret\": true}\n");
    Run shown = run("device", "import", more.toString(), "--secrets", "-");
    assertThat(shown.out().lines()).hasSize(1);
    assertThat(shown.out()).startsWith("{\"id\":\"m-2\"");
    assertThat(shown.err()).contains("1 created");
  }

  @Test
  void declaresTagsAndSaysWhoDoesNotFit() throws IOException {
    run("device", "create", "pump-7", "--product", "pump", "--tag", "floor=3");
    assertThat(run("tag", "list").out()).contains("other keys may be used too");
    run("tag", "declare", "site", "--value", "north", "--value", "south");
    assertThat(run("tag", "close").out()).contains("site", "no other keys");
    Run misfits = run("tag", "misfits");
    assertThat(misfits.exitCode()).isEqualTo(1);
    assertThat(misfits.out()).contains("pump-7", "tags.floor: \"3\" (expected: a key");
    Path file =
        Files.writeString(
            folder.resolve("tagged.csv"),
            "id,product,tag.site\npump-1,pump,north\npump-2,pump,east\n");
    Run imported = run("device", "import", file.toString());
    assertThat(imported.out()).contains("1 created, 1 refused");
    assertThat(imported.err())
        .contains("pump-2 tags.site: \"east\" (expected: one of [north, south])");
    assertThat(run("tag", "adopt").out()).contains("floor");
    assertThat(run("tag", "misfits").exitCode()).isZero();
    assertThat(run("tag", "forget", "floor").out()).doesNotContain("floor");
  }

  @Test
  void importsAFileOfThousandsInPartsAndNamesTheLineOfTheWholeFile() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= 2500; i++) {
      String product = i == 2345 ? "nil" : "pump";
      lines.append("{\"id\": \"p-%d\", \"product\": \"%s\"}%n".formatted(i, product));
    }
    Path file = Files.writeString(folder.resolve("many.ndjson"), lines);
    Run run = run("device", "import", file.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("2499 created, 1 refused");
    assertThat(run.err()).contains("line 2345: p-2345 product");
  }

  @Test
  void saysWhereTheTokenIsWhenItIsWrong() throws IOException {
    Path token = Files.writeString(folder.resolve("wrong.token"), "vagus_wrong");
    Run run = run("device", "list", "--token-file", token.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("token", "admin.token");
  }
}
