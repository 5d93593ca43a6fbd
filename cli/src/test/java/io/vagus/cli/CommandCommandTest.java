package io.vagus.cli;

import static io.vagus.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.server.Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./vagus command} against a real server, with devices that poll by HTTP. */
@Timeout(120)
class CommandCommandTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String SECRET = "correct horse";

  @TempDir static Path folder;
  private static Server server;
  private static HttpClient http;

  @BeforeAll
  static void start() throws IOException {
    Map<String, String> flags =
        Map.of("data", folder.toString(), "http", "127.0.0.1:0", "mqtt", "off");
    server = Server.start(TestRegistry.configuration(flags));
    http = HttpClient.newHttpClient();
    String model = "{\"id\": \"lamp\", \"commands\": {\"blink\": {}, \"burn\": {}}}";
    ok("product", "create", Files.writeString(folder.resolve("lamp.json"), model).toString());
    ok("group", "create", "street");
    for (String id : List.of("lamp-1", "lamp-2")) {
      String secret = Files.writeString(folder.resolve("secret"), SECRET).toString();
      ok("device", "create", id, "--product", "lamp", "--secret-file", secret);
      ok("group", "add", "street", id);
    }
  }

  @AfterAll
  static void stop() {
    http.close();
    server.close();
  }

  private static MainTest.Run run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", folder.toString()));
    return MainTest.run(all.toArray(String[]::new));
  }

  private static String ok(String... words) {
    MainTest.Run run = run(words);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  private static HttpResponse<String> device(String id, String path, String body) {
    String basic = Base64.getEncoder().encodeToString((id + ":" + SECRET).getBytes(UTF_8));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + "/v1/" + id + "/commands" + path))
            .header("Authorization", "Basic " + basic);
    try {
      return http.send(
          (body.isEmpty() ? request : request.POST(HttpRequest.BodyPublishers.ofString(body)))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes its next command, and says how it ended. */
  private static void answer(String id, String result) {
    JsonNode[] command = new JsonNode[1];
    eventually(
        BOUND,
        id + " is asked",
        () -> {
          HttpResponse<String> polled = device(id, "?wait=5", "");
          command[0] =
              polled.statusCode() == 200
                  ? JsonMapper.shared().readTree(polled.body()).path(0)
                  : JsonMapper.shared().missingNode();
          return command[0].isObject();
        });
    device(id, "/" + command[0].path("id").asString() + "/result", result);
  }

  @Test
  void followsACommandToItsEnd() {
    CompletableFuture<Void> device =
        CompletableFuture.runAsync(() -> answer("lamp-1", "{\"status\":\"succeeded\"}"));
    String out = ok("command", "send", "lamp-1", "blink", "--wait");
    device.join();
    List<String> states = out.lines().map(line -> line.replaceFirst("\\S+ +", "")).toList();
    assertThat(states).isSubsetOf("queued", "sent", "acknowledged", "succeeded");
    assertThat(states).doesNotHaveDuplicates().endsWith("succeeded").hasSizeGreaterThan(1);
    assertThat(ok("command", "list", "--device", "lamp-1")).contains("blink", "succeeded");
  }

  @Test
  void asksAGroupAndListsWhoDidNotSucceed() {
    CompletableFuture<Void> devices =
        CompletableFuture.runAsync(() -> {
          answer("lamp-1", "{\"status\":\"succeeded\"}");
          answer("lamp-2", "{\"status\":\"failed\",\"code\":\"hot\"}");
        });
    MainTest.Run run =
        run("command", "send", "--group", "street", "--rate", "100", "burn", "--wait");
    devices.join();
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.out())
        .contains(
            "2 devices", "done [##############################] 2 of 2: 1 succeeded, 1 failed")
        .containsPattern("lamp-2 +failed +hot");
    String id = run.out().split(" ")[0];
    assertThat(ok("command", "bulk", "list")).contains(id, "burn", "done");
    assertThat(ok("command", "bulk", "devices", id, "--outcome", "succeeded"))
        .contains("lamp-1")
        .doesNotContain("lamp-2");
    MainTest.Run late = run("command", "bulk", "cancel", id);
    assertThat(late.err()).contains("is done (expected: running or paused)");
  }

  @Test
  void steersWhatGoesOn() {
    String id = ok("command", "send", "--product", "lamp", "--rate", "0.01", "blink").split(" ")[0];
    assertThat(ok("command", "bulk", "pause", id)).startsWith("paused [");
    assertThat(ok("command", "bulk", "rate", id, "0.02")).startsWith("paused [");
    assertThat(ok("command", "bulk", "resume", id)).startsWith("running [");
    assertThat(ok("command", "bulk", "cancel", id)).startsWith("cancelled [");
    MainTest.Run watched = run("command", "bulk", "watch", id);
    assertThat(watched.exitCode()).isEqualTo(1);
    assertThat(watched.out()).contains("not asked: the bulk command is cancelled");
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(run("command", "send", "lamp-1").err()).contains("DEVICE and NAME are expected");
    assertThat(run("command", "send", "--group", "street", "lamp-1", "blink").err())
        .contains("one NAME is expected");
  }
}
