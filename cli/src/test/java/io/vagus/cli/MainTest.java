package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.server.Server;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
  @TempDir Path folder;

  record Run(int exitCode, String out, String err) {}

  static Run run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Main.commandLine();
      line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
      line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
      int exitCode = line.execute(words);
      return new Run(
          exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void withoutArgumentsItSaysHowToBegin() {
    assertThat(run().out()).contains("./vagus up --demo", "ledger", "bench", "fleet", "README.md");
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    assertExamples(Main.commandLine(), "./vagus");
  }

  private static void assertExamples(CommandLine line, String path) {
    line.getSubcommands()
        .forEach((name, command) -> {
          if (!command.getCommandSpec().usageMessage().hidden() && !name.equals("help")) {
            assertThat(command.getUsageMessage())
                .as(path + " " + name)
                .contains("Example:", path + " " + name);
            assertExamples(command, path + " " + name);
          }
        });
  }

  @Test
  void namesTheNearestOfAnUnknownCommand() {
    Run run = run("ledgr");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("ledgr", "ledger");
  }

  @Test
  void showsWhereASettingComesFrom() throws Exception {
    Path file = Files.writeString(folder.resolve("v.properties"), "series.retain-raw = 3d\n");

    Run run =
        run(
            "config",
            "--changed",
            "--config",
            file.toString(),
            "--journal.every=7ms",
            "--mqtt",
            "127.0.0.1:1999");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsSubsequence("journal.every", "7ms", "from --journal.every")
        .containsSubsequence("listen.mqtt", "127.0.0.1:1999", "from --mqtt")
        .containsSubsequence("series.retain-raw", "3d", "from " + file)
        .doesNotContain("listen.http ");
  }

  @Test
  void refusesAnUnknownSettingAndABadOne() {
    Run unknown = run("config", "--journal.evry=7ms");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("did you mean journal.every?");

    Run bad = run("up", "--journal.every=7 parsecs");
    assertThat(bad.exitCode()).isEqualTo(2);
    assertThat(bad.err()).contains("journal.every", "7 parsecs");

    Run word = run("up", "quickly");
    assertThat(word.exitCode()).isEqualTo(2);
    assertThat(word.err()).contains("quickly", "--SECTION.KEY=VALUE");
  }

  @Test
  void showsTheLedgerOfTheServerOnAFolder() {
    Map<String, String> flags =
        Map.of("data", folder.resolve("d").toString(), "http", "127.0.0.1:0", "mqtt", "off");
    try (Server server = Server.start(TestRegistry.configuration(flags))) {
      assertThat(server.readyLine()).startsWith("ready http=");

      Run run = run("ledger", "--data", folder.resolve("d").toString());

      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("received", "total", "balanced: every message");
    }
  }

  @Test
  void saysWhatToDoWhenNoServerRuns() {
    Run run = run("ledger", "--data", folder.resolve("none").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("no server runs on", "./vagus up");
  }
}
