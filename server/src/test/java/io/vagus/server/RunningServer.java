package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.WallClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole server on free ports, in this process or its own, and what a user would do to it. */
final class RunningServer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration BOUND = Duration.ofSeconds(30);

  /** What ends the server. */
  private interface Stop {
    void run();
  }

  private final Stop stop;
  private final String readyLine;
  private final String token;
  private final HttpClient client = HttpClient.newHttpClient();

  private RunningServer(Stop stop, String readyLine, String token) {
    this.stop = stop;
    this.readyLine = readyLine;
    this.token = token;
  }

  static RunningServer start(Path data, String... settings) {
    return start(data, WallClock.system(), settings);
  }

  /** By another time of day. */
  static RunningServer start(Path data, WallClock wall, String... settings) {
    Server server = Server.start(configuration(data, TestRegistry.settings(data, settings)), wall);
    return new RunningServer(server::close, server.readyLine(), token(data));
  }

  /** In a process of its own, which {@link ServerProcess#kill} ends as a crash would. */
  static RunningServer of(ServerProcess process, Path data) {
    return new RunningServer(process::close, process.readyLine(), token(data));
  }

  static Configuration configuration(Path data, String... settings) {
    Map<String, String> flags = new HashMap<>();
    flags.put("data", data.toString());
    flags.put("http", "127.0.0.1:0");
    flags.put("mqtt", "127.0.0.1:0");
    for (String setting : settings) {
      flags.put(
          setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
    }
    return Configuration.read(null, Map.of(), flags);
  }

  private static String token(Path data) {
    try {
      return Files.readString(data.resolve(Server.TOKEN_FILE)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String httpUrl() {
    return address("http");
  }

  String token() {
    return token;
  }

  /** Where a listener of the ready line is, such as {@code mqtt}. */
  String address(String listener) {
    return readyLine.replaceFirst(".*\\b" + listener + "=(\\S+).*", "$1");
  }

  int port(String listener) {
    String address = address(listener);
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** A product and a device of it, which connects with secret {@code correct horse}. */
  void register(String product, String device) {
    expect(201, post("/api/v1/products", "{\"id\":\"%s\"}".formatted(product)));
    expect(
        201,
        post(
            "/api/v1/devices",
            "{\"id\":\"%s\",\"product\":\"%s\",\"secret\":\"correct horse\"}"
                .formatted(device, product)));
  }

  /** A device of a product, with more fields, which connects with the same secret. */
  void device(String id, String product, String more) {
    expect(
        201,
        post(
            "/api/v1/devices",
            "{\"id\":\"%s\",\"product\":\"%s\",\"secret\":\"correct horse\"%s}"
                .formatted(id, product, more)));
  }

  HttpResponse<String> post(String path, String body, String... headers) {
    return as(token, "POST", path, body, headers);
  }

  HttpResponse<String> put(String path, String body) {
    return as(token, "PUT", path, body);
  }

  JsonNode patch(String path, String body) {
    return JSON.readTree(expect(200, patched(path, body)).body());
  }

  HttpResponse<String> patched(String path, String body) {
    return as(token, "PATCH", path, body);
  }

  JsonNode get(String path) {
    return JSON.readTree(expect(200, as(token, "GET", path, "")).body());
  }

  /** The body as it is, such as an export's lines. */
  String text(String path) {
    return expect(200, send(request(path).header("Authorization", "Bearer " + token).GET())).body();
  }

  /** What a device that speaks HTTP is answered. */
  HttpResponse<String> asDevice(String device, String method, String path, String body) {
    String basic = Base64.getEncoder().encodeToString((device + ":correct horse").getBytes(UTF_8));
    return send(
        request(path).header("Authorization", "Basic " + basic).method(method, publisher(body)));
  }

  /** What one with that token is answered. */
  HttpResponse<String> as(
      String otherToken, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        request(path)
            .header("Authorization", "Bearer " + otherToken)
            .header("Content-Type", "application/json")
            .method(method, publisher(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private static HttpRequest.BodyPublisher publisher(String body) {
    return body.isEmpty()
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.ofString(body);
  }

  /** What one with that token is answered. */
  int statusFor(String otherToken, String path) {
    return send(request(path).header("Authorization", "Bearer " + otherToken).GET()).statusCode();
  }

  /** Takes a backup. */
  Path backup(Path file) {
    try (InputStream archive = openBackup()) {
      Files.copy(archive, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A backup to be read at leisure. */
  InputStream openBackup() throws IOException {
    HttpRequest request =
        request("/api/v1/backup").header("Authorization", "Bearer " + token).GET().build();
    try {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whatever the state: a server that is down says so with a status of its own. */
  JsonNode health() {
    return JSON.readTree(
        send(request("/api/v1/health").header("Authorization", "Bearer " + token).GET()).body());
  }

  /** A device sends telemetry over HTTP. */
  HttpResponse<String> telemetry(String device, String body, String... headers) {
    return telemetry(device, device, body, headers);
  }

  /**
   * @param path between {@code /v1/} and {@code /telemetry}, such as {@code g1/via/leaf}
   */
  HttpResponse<String> telemetry(String path, String sender, String body, String[] headers) {
    String basic = Base64.getEncoder().encodeToString((sender + ":correct horse").getBytes(UTF_8));
    HttpRequest.Builder request =
        request("/v1/" + path + "/telemetry")
            .header("Authorization", "Basic " + basic)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /** Devices pump-0 and on; their secrets may hold their number. */
  void registerAll(int devices, String secret) {
    expect(201, post("/api/v1/products", "{\"id\":\"pump\"}"));
    String body =
        IntStream.range(0, devices)
            .mapToObj(i ->
                "{\"id\":\"pump-%d\",\"product\":\"pump\",\"secret\":\"%s\"}"
                    .formatted(i, secret.formatted(i)))
            .collect(Collectors.joining(",", "[", "]"));
    expect(201, post("/api/v1/devices/bulk", body));
  }

  String state(String component) {
    return health().path("components").path(component).path("state").asText();
  }

  /** The values of metric n that the series holds. */
  List<Integer> numbers(String device) {
    return export(device).lines().map(line -> JSON.readTree(line).path("value").asInt()).toList();
  }

  String export(String device) {
    return text("/api/v1/devices/" + device + "/export?format=ndjson&from=2020-01-01T00:00:00Z");
  }

  JsonNode total() {
    return get("/api/v1/ledger").path("total");
  }

  void requireAccepted(int messages) {
    eventually(
        BOUND, messages + " are accepted", () -> total().path("accepted").asInt() == messages);
    JsonNode ledger = get("/api/v1/ledger");
    assertThat(ledger.path("balanced").asBoolean()).as(ledger.toString()).isTrue();
    assertThat(ledger.path("total").path("received").asInt()).isEqualTo(messages);
  }

  /** Waits until the ledger's total says so, and balances. */
  void requireDecided(Map<String, Integer> total) {
    eventually(
        BOUND,
        "the total is " + total,
        () ->
            total.entrySet().stream()
                .allMatch(e -> total().path(e.getKey()).asInt() == e.getValue()));
    JsonNode ledger = get("/api/v1/ledger");
    assertThat(ledger.path("balanced").asBoolean()).as(ledger.toString()).isTrue();
  }

  /** By MQTT, for other reasons than that it was busy. */
  int refusedConnections() {
    return text("/metrics")
        .lines()
        .filter(line -> line.startsWith("vagus_mqtt_refusals_total"))
        .filter(line -> !line.contains("busy"))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(httpUrl() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static HttpResponse<String> expect(int status, HttpResponse<String> answer) {
    if (answer.statusCode() != status) {
      throw new AssertionError(
          answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
    }
    return answer;
  }

  @Override
  public void close() {
    client.close();
    stop.run();
  }

  private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;
}
