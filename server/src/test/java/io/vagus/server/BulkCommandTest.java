package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands for many devices through the sockets of a whole server. */
@Timeout(180)
class BulkCommandTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String BULK = "/api/v1/commands/bulk";

  @TempDir static Path data;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(data);
    expect(201, server.post("/api/v1/products", CommandTest.VALVE));
    expect(201, server.post("/api/v1/products", "{\"id\":\"deaf\"}"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Devices of a group: PRODUCT-GROUP-0 and on. */
  private static List<String> devices(RunningServer of, String group, String product, int count) {
    expect(200, of.put("/api/v1/groups/" + group, "{\"name\":\"%s\"}".formatted(group)));
    List<String> ids =
        IntStream.range(0, count).mapToObj(i -> product + "-" + group + "-" + i).toList();
    expect(
        201,
        of.post(
            "/api/v1/devices/bulk",
            ids.stream()
                .map(id ->
                    "{\"id\":\"%s\",\"product\":\"%s\",\"group\":\"%s\",\"secret\":\"correct horse\"}"
                        .formatted(id, product, group))
                .collect(Collectors.joining(",", "[", "]"))));
    return ids;
  }

  private static String begin(RunningServer at, String body) {
    return JSON.readTree(expect(202, at.post(BULK, body)).body()).path("id").asString();
  }

  private static JsonNode bulk(String id) {
    return server.get(BULK + "/" + id);
  }

  private static void comesTo(String id, String state) {
    eventually(BOUND, id + " is " + state, () -> bulk(id).path("state").asString().equals(state));
  }

  private static long in(String id, String count) {
    return bulk(id).path("progress").path(count).asLong();
  }

  private static HttpResponse<String> steer(String id, String verb) {
    return server.post(BULK + "/" + id + "/" + verb, "");
  }

  /** What a device without MQTT does: it polls, and answers. */
  private static void answer(String device, String result) {
    String id = JSON.readTree(device(device, "GET", "").body()).path(0).path("id").asString();
    assertThat(device(device, "POST", "/" + id + "/result", result).statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> device(
      String id, String method, String path, String... body) {
    return server.asDevice(id, method, "/v1/" + id + "/commands" + path, String.join("", body));
  }

  @Test
  void asksEachOnceAndTellsWhatBecameOfEach() {
    List<String> ids = devices(server, "each", "valve", 3);
    devices(server, "each", "deaf", 1);
    String id = begin(server, "{\"name\":\"beep\",\"group\":\"each\",\"rate\":1000}");
    eventually(BOUND, "all were asked", () -> in(id, "waiting") == 0);
    answer(ids.get(0), "{\"status\":\"succeeded\"}");
    answer(ids.get(1), "{\"status\":\"failed\",\"code\":\"jammed\",\"detail\":\"at 40\"}");
    eventually(BOUND, "one failed", () -> in(id, "failed") == 1);
    JsonNode progress = bulk(id).path("progress");
    assertThat(progress.path("devices").asInt()).isEqualTo(4);
    assertThat(progress.path("created").asInt()).isEqualTo(3);
    assertThat(progress.path("rejected").asInt()).isEqualTo(1);
    assertThat(progress.path("succeeded").asInt()).isEqualTo(1);
    assertThat(progress.path("queued").asInt()).isEqualTo(1);
    JsonNode bad = server.get(BULK + "/" + id + "/devices?outcome=unsuccessful").path("items");
    assertThat(bad).hasSize(2);
    assertThat(bad.at("/0/outcome").asString()).isEqualTo("rejected");
    assertThat(bad.at("/0/why").asString()).contains("\"beep\" (expected: one of []");
    assertThat(bad.at("/1/device").asString()).isEqualTo(ids.get(1));
    assertThat(bad.at("/1/why").asString()).isEqualTo("jammed at 40");
    answer(ids.get(2), "{\"status\":\"succeeded\"}");
    comesTo(id, "done");
    assertThat(server.get("/api/v1/commands?bulk=" + id).path("items")).hasSize(3);
  }

  @Test
  void refusesAtOnceWhatNoneOfThemUnderstands() {
    devices(server, "deaf", "deaf", 2);
    for (String bad :
        List.of(
            "{\"name\":\"beep\",\"group\":\"deaf\"}",
            "{\"name\":\"beep\",\"group\":\"nowhere\"}",
            "{\"name\":\"beep\"}",
            "{\"name\":\"beep\",\"product\":\"deaf\",\"rate\":0}",
            "{\"name\":\"beep\",\"product\":\"deaf\",\"rate\":10001}",
            "{\"name\":\"beep\",\"product\":\"deaf\",\"stop\":{\"share\":1}}",
            "{\"name\":\"beep\",\"query\":\"group=deaf\"}")) {
      assertThat(server.post(BULK, bad).statusCode()).as(bad).isEqualTo(400);
    }
  }

  @Test
  void keepsItsPaceAndIsPausedHurriedAndResumed() {
    devices(server, "pace", "valve", 40);
    long began = System.nanoTime();
    String id = begin(server, "{\"name\":\"beep\",\"group\":\"pace\",\"rate\":20}");
    eventually(BOUND, "some were asked", () -> in(id, "created") >= 10);
    assertThat(System.nanoTime() - began).isGreaterThan(400_000_000L); // 9 at 20 a second
    expect(200, steer(id, "pause"));
    long paused = in(id, "created");
    assertThat(paused).isLessThan(40);
    server.patch(BULK + "/" + id, "{\"rate\":1000}");
    String beside = begin(server, "{\"name\":\"beep\",\"query\":\"q=-pace-3\",\"rate\":1000}");
    eventually(BOUND, "another passed it", () -> in(beside, "waiting") == 0);
    assertThat(in(id, "created")).isBetween(paused, paused + 5); // a turn that had begun
    assertThat(in(beside, "created")).isEqualTo(11);
    expect(200, steer(id, "resume"));
    eventually(BOUND, "all were asked", () -> in(id, "created") == 40);
  }

  @Test
  void takesBackWhatWasNotSentWhenItIsCancelled() {
    devices(server, "back", "valve", 30);
    String id = begin(server, "{\"name\":\"beep\",\"group\":\"back\",\"rate\":20}");
    eventually(BOUND, "some were asked", () -> in(id, "queued") >= 3);
    expect(200, steer(id, "cancel"));
    eventually(BOUND, "it is settled", () -> bulk(id).path("settled").asBoolean());
    JsonNode progress = bulk(id).path("progress");
    assertThat(progress.path("cancelled").asInt()).isEqualTo(progress.path("created").asInt());
    assertThat(progress.path("waiting").asInt()).isPositive();
    assertThat(server.get(BULK + "/" + id + "/devices?outcome=unsuccessful").path("items"))
        .hasSize(30);
    assertThat(steer(id, "resume").statusCode()).isEqualTo(409);
  }

  @Test
  void stopsWhenTooManyFail() {
    List<String> ids = devices(server, "stop", "valve", 30);
    String id =
        begin(
            server,
            """
            {"name": "beep", "group": "stop", "rate": 10, "stop": {"share": 0.5, "least": 2}}
            """);
    eventually(BOUND, "some were asked", () -> in(id, "queued") >= 3);
    List<String> asked =
        outcomes(id, "queued").stream()
            .sorted(java.util.Comparator.comparing(ids::indexOf))
            .toList();
    answer(asked.get(0), "{\"status\":\"failed\",\"code\":\"jammed\"}");
    assertThat(bulk(id).path("state").asString()).isEqualTo("running");
    answer(asked.get(1), "{\"status\":\"failed\",\"code\":\"jammed\"}");
    comesTo(id, "stopped");
    assertThat(bulk(id).path("why").asString())
        .isEqualTo("2 of 2 did not succeed (expected: <= 50.0 %)");
    eventually(BOUND, "it is settled", () -> bulk(id).path("settled").asBoolean());
    assertThat(in(id, "waiting")).isPositive();
  }

  private static List<String> outcomes(String id, String outcome) {
    List<String> devices = new ArrayList<>();
    server
        .get(BULK + "/" + id + "/devices?outcome=" + outcome)
        .path("items")
        .forEach(item -> devices.add(item.path("device").asString()));
    return devices;
  }

  @Test
  void asksNobodyAfterItsDeadline() {
    devices(server, "late", "valve", 30);
    String deadline = Instant.now().plusMillis(700).toString();
    String id =
        begin(
            server,
            "{\"name\":\"beep\",\"group\":\"late\",\"rate\":10,\"deadline\":\"%s\"}"
                .formatted(deadline));
    comesTo(id, "expired");
    eventually(BOUND, "it is settled", () -> bulk(id).path("settled").asBoolean());
    assertThat(in(id, "waiting")).isPositive();
    assertThat(in(id, "expired")).isEqualTo(in(id, "created")).isPositive();
  }

  @Test
  void reachesAndShowsOnlyWhatItsCallerMay() {
    List<String> own = devices(server, "mine", "valve", 2);
    List<String> others = devices(server, "theirs", "valve", 2);
    String token = token("mine");
    String body = "{\"name\":\"beep\",\"product\":\"valve\",\"rate\":1000}";
    HttpResponse<String> begun = server.as(token, "POST", BULK, body);
    String id = JSON.readTree(expect(202, begun).body()).path("id").asString();
    eventually(BOUND, "all were asked", () -> in(id, "waiting") == 0);
    assertThat(outcomes(id, "queued")).isEqualTo(own);
    String foreign = "{\"name\":\"beep\",\"group\":\"theirs\"}";
    assertThat(server.as(token, "POST", BULK, foreign).statusCode()).isEqualTo(400);
    String everybodys = begin(server, "{\"name\":\"beep\",\"group\":\"theirs\",\"rate\":1000}");
    assertThat(server.as(token, "GET", BULK + "/" + everybodys, "").statusCode()).isEqualTo(404);
    assertThat(server.as(token, "POST", BULK + "/" + everybodys + "/cancel", "").statusCode())
        .isEqualTo(404);
    String list = server.as(token, "GET", BULK, "").body();
    assertThat(list).contains(id).doesNotContain(everybodys, others.getFirst());
  }

  private static String token(String group) {
    String body =
        "{\"name\":\"t-%s\",\"scopes\":[\"command.send\",\"readings.read\"],\"group\":\"%s\"}";
    return JSON.readTree(
            expect(201, server.post("/api/v1/tokens", body.formatted(group, group))).body())
        .path("token")
        .asString();
  }

  @Test
  void streamsItsProgressToTheEnd() {
    List<String> ids = devices(server, "seen", "valve", 1);
    String id = begin(server, "{\"name\":\"beep\",\"group\":\"seen\"}");
    eventually(BOUND, "it was asked", () -> in(id, "queued") == 1);
    answer(ids.getFirst(), "{\"status\":\"succeeded\"}");
    List<String> events =
        server.text(BULK + "/" + id + "/live").lines().filter(l -> l.startsWith("data:")).toList();
    assertThat(JSON.readTree(events.getLast().substring(5)).path("settled").asBoolean()).isTrue();
  }

  /** At whatever moment the server dies, it goes on, and no device gets a second command. */
  @Test
  void killedAtAnyMomentItAsksEachDeviceOnce() {
    Path other = data.resolve("other");
    String id = "";
    long before = 0;
    for (int kill = 0; kill < 3; kill++) {
      try (ServerProcess process = ServerProcess.start(other)) {
        RunningServer killed = RunningServer.of(process, other);
        if (id.isEmpty()) {
          expect(201, killed.post("/api/v1/products", CommandTest.VALVE));
          devices(killed, "many", "valve", 300);
          id = begin(killed, "{\"name\":\"beep\",\"group\":\"many\",\"rate\":100}");
        }
        before = awaitMore(killed, id, before + 17 * (kill + 1));
        process.kill();
      }
    }
    try (RunningServer last = RunningServer.start(other)) {
      String left = id;
      last.patch(BULK + "/" + id, "{\"rate\":10000}");
      eventually(
          BOUND,
          "all were asked",
          () -> last.get(BULK + "/" + left).at("/progress/created").asInt() == 300);
      Set<String> asked = new HashSet<>();
      JsonNode commands = last.get("/api/v1/commands?limit=1000").path("items");
      commands.forEach(command -> asked.add(command.path("device").asString()));
      assertThat(commands).hasSize(300);
      assertThat(asked).hasSize(300);
    }
  }

  private static long awaitMore(RunningServer at, String id, long count) {
    eventually(
        BOUND,
        count + " were asked",
        () -> at.get(BULK + "/" + id).at("/progress/created").asLong() >= count);
    return count;
  }
}
