package io.vagus.ingest.http;

import static io.vagus.ingest.http.Http.READING;
import static io.vagus.testkit.Eventually.eventually;
import static io.vagus.testkit.Eventually.settles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vagus.ingest.IngestFixture;
import io.vagus.ingest.IngestFixture.Options;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
  private final Semaphore mayGoOn = new Semaphore(0);
  private final AtomicBoolean cutOff = new AtomicBoolean();
  private final AtomicLong written = new AtomicLong();
  private HttpServer api;
  private IngestFixture fixture;

  @BeforeEach
  void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    api.createContext("/hello", this::hello);
    api.createContext("/echo", this::echo);
    api.createContext("/events", this::events);
    api.createContext("/endless", this::endless);
    api.createContext("/nothing", exchange -> answer(exchange, 204, ""));
    api.createContext("/lost", HttpExchange::close);
    api.start();
    fixture = new IngestFixture(Options.DEFAULTS.withApi(api.getAddress()));
  }

  @AfterEach
  void stop() {
    client.close();
    fixture.close();
    mayGoOn.release(1000);
    api.stop(0);
  }

  private void hello(HttpExchange exchange) throws IOException {
    exchange.getRequestHeaders().forEach((name, values) -> seen.put(name.toLowerCase(), values));
    exchange.getResponseHeaders().add("X-Own", "yes");
    exchange.getResponseHeaders().add("Keep-Alive", "timeout=5");
    if (exchange.getRequestMethod().equals("HEAD")) {
      answer(exchange, 200, "");
    } else {
      answer(exchange, 200, exchange.getRequestMethod() + " " + exchange.getRequestURI());
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void echo(HttpExchange exchange) throws IOException {
    // Java's client sends all before it reads: an answer on the way in would wait for ever.
    byte[] body = exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void events(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try {
      for (int i = 0; ; i++) {
        exchange.getResponseBody().write(("data: " + i + "\n\n").getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        mayGoOn.acquireUninterruptibly();
      }
    } catch (IOException e) {
      cutOff.set(true);
    }
  }

  private void endless(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] part = new byte[65_536];
    try {
      while (true) {
        exchange.getResponseBody().write(part);
        written.addAndGet(part.length);
      }
    } catch (IOException e) {
      cutOff.set(true);
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return Http.send(client, Http.request(fixture.http(), path));
  }

  @Test
  void passesRequestAndAnswerOnWithoutWhatConcernsOneHop() throws Exception {
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(
          socket,
          "GET /hello?a=b%20c HTTP/1.1\r\nHost: vagus.example\r\nConnection: X-Secret, keep-alive\r\n"
              + "X-Secret: 1\r\nTE: trailers\r\nX-Forwarded-For: 10.1.2.3\r\nCookie: k=v\r\n\r\n");
      String answer = Http.readUntil(socket, "GET /hello?a=b%20c");
      assertThat(answer.toLowerCase())
          .startsWith("http/1.1 200 ")
          .contains("x-own: yes")
          .doesNotContain("keep-alive", "connection");
    }
    assertThat(seen.get("host")).containsExactly("vagus.example");
    assertThat(seen.get("cookie")).containsExactly("k=v");
    assertThat(seen.get("x-forwarded-for")).containsExactly("10.1.2.3, 127.0.0.1");
    assertThat(seen.get("x-forwarded-proto")).containsExactly("http");
    assertThat(seen).doesNotContainKeys("x-secret", "te");
  }

  @Test
  void streamsLargeBodiesBothWays() throws Exception {
    byte[] body = new byte[20 << 20];
    new Random(7).nextBytes(body);
    for (var publisher :
        List.of(BodyPublishers.ofByteArray(body), BodyPublishers.ofByteArrays(List.of(body)))) {
      HttpResponse<byte[]> response =
          client.send(
              Http.request(fixture.http(), "/echo").POST(publisher).build(),
              BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(body);
    }
  }

  @Test
  void servesDevicesAndPeopleOnOneConnection() throws Exception {
    String hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    String post = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nping";
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(socket, (Http.raw("t-1", READING) + hello + post).repeat(20));
      for (int i = 0; i < 20; i++) {
        assertThat(Http.readUntil(socket, "}\n")).contains("HTTP/1.1 200 OK", "accepted");
        assertThat(Http.readUntil(socket, "GET /hello")).contains("HTTP/1.1 200 OK");
        assertThat(Http.readUntil(socket, "ping\r\n0\r\n\r\n")).contains("HTTP/1.1 200 OK");
      }
    }
    assertThat(fixture.envelopes()).hasSize(20);
  }

  /** A client that were not told would send its next request into a closed connection. */
  @Test
  void whoIsAnsweredBeforeHisRequestIsWholeIsToldThatTheConnectionEnds() throws Exception {
    try (ServerSocket quick = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        IngestFixture other =
            new IngestFixture(
                Options.DEFAULTS.withApi((InetSocketAddress) quick.getLocalSocketAddress()));
        Socket client = Http.connect(other.http())) {
      Http.say(client, "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n");
      try (Socket api = quick.accept()) {
        Http.readUntil(api, "\r\n\r\n");
        Http.say(api, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");

        assertThat(Http.readToEnd(client))
            .startsWith("HTTP/1.1 401 ")
            .contains("connection: close")
            .endsWith("no");
      }
    }
  }

  @Test
  void passesEventsOnAsTheyCome() throws Exception {
    HttpResponse<InputStream> response =
        client.send(Http.request(fixture.http(), "/events").build(), BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      for (int i = 0; i < 5; i++) {
        assertThat(new String(in.readNBytes(9), StandardCharsets.UTF_8))
            .isEqualTo("data: " + i + "\n\n");
        mayGoOn.release();
      }
    }
  }

  @Test
  void endsTheRequestToTheApiWhenTheClientLeaves() throws Exception {
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(socket, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(Http.readUntil(socket, "data: 0")).contains("text/event-stream");
    }
    eventually(
        SOON,
        "the API is cut off",
        () -> {
          mayGoOn.release();
          return cutOff.get();
        });
  }

  @Test
  void readsNoMoreFromTheApiThanTheClientTakes() throws Exception {
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(socket, "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(Http.readUntil(socket, "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
      eventually(SOON, "the API writes", () -> written.get() > 0);
      assertThat(settles(SOON, "the API stands still", written::get)).isLessThan(32 << 20);
    }
    eventually(SOON, "the API is cut off", cutOff::get);
  }

  @Test
  void passesAnswersWithoutBody() throws Exception {
    assertThat(get("/nothing").statusCode()).isEqualTo(204);
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(
          socket, "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
      String both = Http.readUntil(socket, "GET /hello");
      assertThat(both.split("HTTP/1.1 200 OK")).hasSize(3);
    }
  }

  @Test
  void endsTheConnectionOfAnOldClient() throws Exception {
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(socket, "POST /echo HTTP/1.0\r\nContent-Length: 4\r\n\r\nping");
      assertThat(Http.readToEnd(socket)).endsWith("\r\n\r\nping").contains("connection: close");
    }
  }

  @Test
  void saysWhenTheApiIsAway() throws Exception {
    assertThat(get("/lost").statusCode()).isEqualTo(502);
    api.stop(0);
    HttpResponse<String> response = get("/hello");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("retry-after")).contains("1");
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
  }

  @Test
  void neverMakesAWholeAnswerOfATornOne() throws Exception {
    try (ServerSocket torn = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        IngestFixture other =
            new IngestFixture(
                Options.DEFAULTS.withApi((InetSocketAddress) torn.getLocalSocketAddress()))) {
      Thread tearing =
          Thread.ofVirtual()
              .start(() -> {
                try (Socket socket = torn.accept()) {
                  Http.readUntil(socket, "\r\n\r\n");
                  Http.say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  Http.say(socket, "3\r\nabc\r\n");
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertThatThrownBy(() -> Http.send(client, Http.request(other.http(), "/x")))
          .isInstanceOf(IOException.class);
      tearing.join();
    }
  }

  @Test
  void answersEvenWithoutAnApi() throws Exception {
    try (IngestFixture alone = new IngestFixture()) {
      assertThat(Http.send(client, Http.request(alone.http(), "/")).statusCode()).isEqualTo(503);
    }
  }
}
