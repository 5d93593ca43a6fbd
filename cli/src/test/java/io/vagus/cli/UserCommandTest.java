package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.server.Server;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

/** Users, tokens and applications by the command line, against a real server. */
class UserCommandTest {
  @TempDir Path folder;
  private Server server;

  @BeforeEach
  void start() {
    Map<String, String> flags =
        Map.of("data", folder.toString(), "http", "127.0.0.1:0", "mqtt", "off");
    server = Server.start(TestRegistry.configuration(flags));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private record Run(int exitCode, String out, String err) {}

  private Run run(String typed, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", folder.toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    InputStream inBefore = System.in;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
    try {
      CommandLine line = Main.commandLine();
      line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
      int exitCode = line.execute(all.toArray(String[]::new));
      return new Run(
          exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setIn(inBefore);
    }
  }

  private int login(String password) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.httpUrl() + "/api/v1/login"))
              .header("Content-Type", "application/json")
              .header("X-Vagus-Console", "1")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"name\": \"ada\", \"password\": \"" + password + "\"}"))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void leadsAUserThroughHisLife() throws Exception {
    Run added = run("a long walk home\n", "user", "add", "ada", "--role", "operator");
    assertThat(added.err()).isEmpty();
    assertThat(added.out()).contains("ada may sign in as operator");
    assertThat(login("a long walk home")).isEqualTo(204);
    assertThat(run("", "user", "grant", "ada", "responder").out())
        .contains("operator on all, responder on all");
    assertThat(run("", "user", "withdraw", "ada", "operator").out())
        .contains("responder on all")
        .doesNotContain("operator");
    assertThat(run("", "user", "list").out()).contains("ada", "responder on all", "enabled");
    assertThat(run("", "user", "disable", "ada").exitCode()).isZero();
    assertThat(login("a long walk home")).isEqualTo(401);
    assertThat(run("", "user", "enable", "ada").exitCode()).isZero();
    assertThat(run("another long walk\n", "user", "password", "ada").exitCode()).isZero();
    assertThat(login("another long walk")).isEqualTo(204);
    assertThat(run("", "user", "remove", "ada").exitCode()).isZero();
    assertThat(login("another long walk")).isEqualTo(401);
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(run("short\n", "user", "add", "ada", "--role", "operator").err())
        .contains("password: 5 characters (expected: at least 12");
    assertThat(run("a long walk home\n", "user", "add", "ada", "--role", "king").err())
        .contains("role: \"king\" (expected: one of [viewer, operator");
    assertThat(run("", "user", "show", "ada").exitCode()).isEqualTo(2);
  }

  @Test
  void aTokenIsShownOnceWorksAndIsRevoked() throws Exception {
    Run issued = run("", "token", "issue", "grafana", "--scope", "viewer", "--lifetime", "30d");
    String token = issued.out().strip();
    assertThat(token).startsWith("vagus_");
    String listed = run("", "token", "list").out();
    assertThat(listed).contains("grafana", "viewer").doesNotContain(token);
    Path file = Files.writeString(folder.resolve("grafana.token"), token);
    assertThat(run("", "device", "list", "--token-file", file.toString()).exitCode()).isZero();
    assertThat(run("", "user", "list", "--token-file", file.toString()).err())
        .contains("people.manage is not among those of token:grafana");
    String id = listed.lines().filter(l -> l.contains("grafana")).findFirst().orElseThrow();
    assertThat(run("", "token", "revoke", id.split(" ")[0]).exitCode()).isZero();
    assertThat(run("", "device", "list", "--token-file", file.toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void rightsThatNobodyUsesAreListed() {
    run("a long walk home\n", "user", "add", "ada", "--role", "viewer");
    run("", "device", "list");
    Run report = run("", "audit", "rights");
    assertThat(report.out())
        .containsPattern("user:ada .*never +self fleet.read")
        .containsPattern("token:admin .* product.write")
        .doesNotContainPattern("token:admin .* fleet.read");
    assertThat(report.exitCode()).isZero();
    assertThat(run("", "audit", "rights", "--days", "0").err()).contains("days: ");
  }

  @Test
  void anApplicationHasWhatItWasGranted() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "correct horse");
    Run saved =
        run(
            "",
            "application",
            "save",
            "dashboard",
            "--secret-file",
            secret.toString(),
            "--subscribe",
            "v1/+/telemetry",
            "--publish",
            "plant/#",
            "--subscribe",
            "plant/#");
    assertThat(saved.out()).contains("2 grants");
    assertThat(run("", "application", "list").out())
        .containsPattern("dashboard +plant/# +plant/# v1/\\+/telemetry");
    assertThat(run("", "application", "delete", "dashboard").exitCode()).isZero();
    assertThat(run("", "application", "list").out()).doesNotContain("dashboard");
  }
}
