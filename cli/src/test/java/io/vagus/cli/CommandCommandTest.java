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
  private static final String SINK =
      "{\"kind\": \"mqtt\", \"config\": {\"topic\": \"alarms/{device}\"}}";

  @TempDir static Path folder;
  private static Server server;
  private static HttpClient http;

  @BeforeAll
  static void start() throws IOException {
    Map<String, String> flags =
        Map.of("data", folder.toString(), "http", "127.0.0.1:0", "mqtt", "off");
    server = Server.start(TestRegistry.configuration(flags));
    http = HttpClient.newHttpClient();
    String model =
        "{\"id\": \"lamp\", \"commands\": {\"blink\": {}, \"burn\": {},"
            + " \"wipe\": {\"approval\": \"two-person\"}}}";
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

  /** Made by the user himself, as at the console. */
  private static String tokenFileOf(String user) throws Exception {
    String admin = Files.readString(folder.resolve(Server.TOKEN_FILE)).strip();
    post(
        "users",
        "{\"name\":\"%s\",\"password\":\"%s\",\"grants\":[{\"role\":\"operator\"}]}"
            .formatted(user, "correct horse battery"),
        "Authorization",
        "Bearer " + admin);
    HttpResponse<String> login =
        post("login", "{\"name\":\"%s\",\"password\":\"correct horse battery\"}".formatted(user));
    String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    String scopes = "{\"name\":\"of-%s\",\"scopes\":[\"command.approve\"]}".formatted(user);
    String token =
        JsonMapper.shared()
            .readTree(post("tokens", scopes, "Cookie", cookie).body())
            .path("token")
            .asString();
    return Files.writeString(folder.resolve(user + ".token"), token).toString();
  }

  private static HttpResponse<String> post(String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + "/api/v1/" + path))
            .header("Content-Type", "application/json")
            .header("X-Vagus-Console", "1")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    HttpResponse<String> answer =
        http.send(
            (headers.length == 0 ? request : request.headers(headers)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
    return answer;
  }

  @Test
  void twoPeopleApproveWhatIsPending() throws Exception {
    String id = ok("command", "send", "lamp-1", "wipe").split(" ")[0];
    assertThat(ok("command", "pending")).contains(id, "wipe", "awaiting-approval");
    MainTest.Run program = run("command", "approve", id);
    assertThat(program.exitCode()).isNotZero();
    assertThat(program.err()).contains("by a program (expected: a user)");
    assertThat(ok("command", "approve", id, "--token-file", tokenFileOf("anna")))
        .contains("awaiting-approval", "approved, 1 of 2");
    assertThat(ok("command", "approve", id, "--token-file", tokenFileOf("bert")))
        .contains("queued", "approved, 2 of 2");
    assertThat(ok("command", "pending")).doesNotContain(id);
    ok("command", "cancel", id);
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

  @Test
  void setsUpASinkAndSaysHowItDoes() throws Exception {
    Path file = Files.writeString(folder.resolve("scada.json"), SINK);
    ok("sink", "put", "scada", file.toString());
    assertThat(ok("sink", "list")).contains("command", "built-in", "scada", "mqtt");
    assertThat(ok("sink", "show", "scada")).contains("alarms/{device}");
    assertThat(ok("sink", "test", "scada")).contains("arrived after");
    assertThat(ok("sink", "dead-letters", "scada")).contains("attempts");
    assertThat(ok("sink", "replay", "scada")).contains("0 arrived, 0 are left");
    ok("sink", "delete", "scada");
    assertThat(run("sink", "show", "scada").err()).contains("scada");
  }

  @Test
  void relatesAndAsksWhatIsBehind() {
    ok("relation", "add", "behind", "device:lamp-2", "device:lamp-1", "--note", "row B");
    ok("relation", "add", "behind", "group:street", "device:lamp-2");
    assertThat(ok("relation", "list", "device:lamp-2")).contains("behind", "row B");
    assertThat(ok("relation", "reach", "behind", "device:lamp-1").lines().map(l -> l.split(" ")[0]))
        .containsExactly("node", "device:lamp-2", "group:street");
    assertThat(ok("relation", "reach", "behind", "device:lamp-1", "--depth", "1"))
        .contains("… and further ones");
    assertThat(run("relation", "add", "behind", "device:lamp-1", "group:street").err())
        .contains("would close a circle");
    ok("relation", "remove", "behind", "group:street", "device:lamp-2");
    ok("relation", "remove", "behind", "device:lamp-2", "device:lamp-1");
    assertThat(ok("device", "lint", "lamp-1")).startsWith("device  rule");
  }

  @Test
  void movesTwinsToANewTemplate() throws IOException {
    Path model = folder.resolve("bulb.json");
    String first = "{\"id\": \"bulb\", \"twin\": {\"defaults\": {\"level\": 1}}}";
    ok("product", "create", Files.writeString(model, first).toString());
    ok("device", "create", "bulb-1", "--product", "bulb");
    assertThat(ok("product", "migrate", "bulb", "--dry-run")).contains("0 failed");
  }
}
