package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input: each gets a problem that names field, value and bound. */
class RefusalsTest {
  private static Fixture fixture;

  @BeforeAll
  static void start() {
    fixture = Fixture.secured();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id": "a", "product": "pump", "nmae": "x"} | nmae | did you mean name?
          {"id": "a"} | product | missing
          {"id": 7, "product": "pump"} | id | 7 (expected: a string)
          {"id": null, "product": "pump"} | id | null
          {"id": "a", "id": "b", "product": "pump"} | id | given twice
          {"id": "a/b", "product": "pump"} | id | \\"a/b\\" (expected: 1 to 128
          {"id": "-a", "product": "pump"} | id | expected: 1 to 128
          {"id": "a", "product": "pump", "secret": "short"} | secret | 5 characters (expected: 8 to 256)
          {"id": "a", "product": "pump", "tags": {"k": 1}} | tags.k | 1 (expected: a string)
          {"id": "a", "product": "pump", "tags": {"k": "1", "k": "2"}} | tags.k | given twice
          {"id": "a", "product": "pump", "tags": ["k"]} | tags | an array (expected: an object)
          {"id": "a", "product": NaN} | body | no valid JSON
          {"id": "a", "product": 1e400} | product | 1e400 (expected: a number up to 1.7e308)
          {"id": "a", "product": "pump"} x | body | no valid JSON
          {"id": "a", "product": "pump"} {} | body | more than one
          {"id": "a", "product": "pump" | body | no valid JSON
          {"id": "a", 'product': "pump"} | body | no valid JSON
          [] | body | an array (expected: an object)
          "a" | body | expected: an object
          """)
  void namesTheField(String body, String field, String why) throws Exception {
    assertInvalid(fixture.call("POST", "/api/v1/devices", body), field, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id": "x", "metrics": {"t": {"min": 5, "max": 1}}} | metrics.t.min | expected: <= max 1.0
          {"id": "x", "metrics": {"t": {"type": "nummer"}}} | metrics.t.type | expected: one of
          {"id": "x", "metrics": {"a b": {}}} | metrics | printable
          {"id": "x", "cadence": "soon"} | cadence | expected: a number with us
          {"id": "x", "cadence": "0s"} | cadence | expected: > 0
          {"id": "x", "maxMessagesPerMinute": -1} | maxMessagesPerMinute | from 0 to
          {"id": "x", "maxMessagesPerMinute": 1.5} | maxMessagesPerMinute | a whole number
          {"id": "no spaces"} | id | expected: 1 to 64
          """)
  void namesTheFieldOfAProduct(String body, String field, String why) throws Exception {
    assertInvalid(fixture.call("POST", "/api/v1/products", body), field, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /api/v1/devices?limit=0 | limit | from 1 to 1000
          /api/v1/devices?limit=99999999999 | limit | from 1 to 1000
          /api/v1/devices?limit=5&limit=6 | limit | given twice
          /api/v1/devices?limt=5 | query | did you mean limit?
          /api/v1/devices?status=asleep | status | expected one of: [active, in-transfer, provisioned
          /api/v1/devices?q=%FF | query | UTF-8
          /api/v1/devices/pump-1/readings/temperature?from=yesterday | from | expected: a time
          /api/v1/devices/pump-1/readings/temperature?from=2026-02-30T00:00:00Z | from | expected: a time
          /api/v1/devices/pump-1/readings/temperature?from=2000&to=1000 | from | before to
          /api/v1/devices/pump-1/readings/temperature?points=0 | points | from 1 to 10000
          /api/v1/devices/pump-1/readings/temperature?step=1ms&from=0 | step | expected: <= 10000
          /api/v1/devices/pump-1/readings/temperature?step=-1s | step | expected: a duration
          /api/v1/devices/pump-1/readings/temperature?step=1s&points=5 | points | one of the two
          /api/v1/devices/pump-1/readings/temperature?raw=true&points=5 | points | no meaning
          /api/v1/devices/pump-1/readings/temperature?limit=5 | limit | no meaning
          /api/v1/devices/pump-1/export?format=xml | format | expected one of: [csv, ndjson]
          """)
  void namesTheQuery(String path, String field, String why) throws Exception {
    assertInvalid(fixture.get(path), field, why);
  }

  private static void assertInvalid(HttpResponse<String> response, String field, String why) {
    assertThat(response.body())
        .contains("\"field\":\"" + field + "\"")
        .contains(why)
        .contains("\"code\":\"invalid-request\"");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @Test
  void refusesDepth() throws Exception {
    String deep = "{\"id\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertInvalid(fixture.call("POST", "/api/v1/devices", deep), "body", "expected: <= 16");
  }

  @Test
  void refusesLengthAndSaysTheBound() throws Exception {
    String huge = "{\"id\":\"" + "a".repeat(2 << 20) + "\"}";
    HttpResponse<String> response = fixture.call("POST", "/api/v1/devices", huge);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("expected: <= 1048576");
  }

  @Test
  void refusesBodiesOfForms() throws Exception {
    HttpResponse<String> response =
        Fixture.send(
            fixture
                .request("POST", "/api/v1/devices", "id=a")
                .setHeader("Content-Type", "application/x-www-form-urlencoded")
                .build());
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("expected: application/json");
  }

  @Test
  void refusesABodyWhereNoneBelongs() throws Exception {
    assertThat(fixture.call("POST", "/api/v1/devices/pump-1/resume", "{}").statusCode())
        .isEqualTo(413);
  }

  @Test
  void saysWhichMethodsThereAre() throws Exception {
    HttpResponse<String> response = fixture.call("DELETE", "/api/v1/devices", "");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD, POST");
    assertThat(response.body()).contains("\"code\":\"method-not-allowed\"");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/device, /api/v1/devices",
    "/api/v1/devices/pump-1/reading, /api/v1/devices/{id}/readings",
    "/api/v1/dead-letter, /api/v1/dead-letters",
    "/api/v1/devices/, /api/v1/devices",
  })
  void saysWhichPathIsNearest(String path, String nearest) throws Exception {
    HttpResponse<String> response = fixture.get(path);
    assertThat(response.statusCode()).isIn(404, 400);
    if (response.statusCode() == 404) {
      assertThat(response.body()).contains("did you mean " + nearest + "?");
    }
  }

  @Test
  void answersHeadLikeGetWithoutBody() throws Exception {
    HttpResponse<String> response = fixture.call("HEAD", "/api/v1/devices/pump-1", "");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(fixture.call("HEAD", "/api/v1/devices/pump-1/export", "").statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/devices/../../../etc/passwd",
        "/api/v1/devices/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/assets/../openapi.json",
        "/assets/%2e%2e%2fopenapi.json",
        "/assets/..%5cpage.html",
        "//etc/passwd",
        "/api/v1/devices/a%00b",
        "/api/v1/devices/a%0d%0aX-Evil:%201",
        "/api/v1/products/%0d%0aSet-Cookie:%20a=b",
      })
  void walksNoPathButItsOwn(String path) throws Exception {
    String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + auth() + "\r\n");
    assertThat(answer).startsWith("HTTP/1.1 4");
    assertThat(answer.substring(0, answer.indexOf("\r\n\r\n")))
        .doesNotContain("Evil")
        .doesNotContain("Set-Cookie");
    assertThat(answer).contains("application/problem+json").doesNotContain("root:");
  }

  @Test
  void refusesBrokenEscapes() throws Exception {
    String request = "GET /api/v1/devices/%ZZ HTTP/1.1\r\nHost: localhost\r\n" + auth() + "\r\n";
    assertThat(raw(request)).startsWith("HTTP/1.1 400").contains("\"status\":400");
  }

  @Test
  void refusesHugeIds() throws Exception {
    HttpResponse<String> response = fixture.get("/api/v1/devices/" + "a".repeat(4000));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body().length()).isLessThan(500);
    String line = "GET /api/v1/devices/" + "a".repeat(100_000) + " HTTP/1.1\r\n";
    assertThat(raw(line + "Host: localhost\r\n\r\n")).doesNotContain("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/v1/devices HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        "POST /api/v1/devices HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b\r\n\r\n",
      })
  void answersBrokenHttpWithARefusal(String request) throws Exception {
    String answer = raw(request);
    assertThat(answer).startsWith("HTTP/1.1 4").contains("application/problem+json");
    assertThat(fixture.get("/api/v1/health").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET /\r\n\r\n", "GET / HTTP/3.9\r\nHost: localhost\r\n\r\n", "\u0016\u0003"})
  void closesOnWhatIsNotItsProtocol(String request) throws Exception {
    assertThat(raw(request)).doesNotContain("200 OK");
    assertThat(fixture.get("/api/v1/health").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesHeadersWithoutEnd() throws Exception {
    StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: localhost\r\n");
    for (int i = 0; i < 2000; i++) {
      request.append("X-").append(i).append(": ").append("a".repeat(20)).append("\r\n");
    }
    assertThat(raw(request + "\r\n")).doesNotContain("200 OK");
  }

  private static String auth() {
    return "Authorization: Bearer " + fixture.admin + "\r\n";
  }

  /** Sends the bytes as they are and reads until the server closes or is silent. */
  private static String raw(String request) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", fixture.server.address().getPort())) {
      socket.setSoTimeout((int) Duration.ofSeconds(2).toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      try {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          answer.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
          if (answer.indexOf("}") > 0) {
            break;
          }
        }
      } catch (java.io.IOException e) {
        // Silent or reset: what came so far is the answer.
      }
      return answer.toString();
    }
  }
}
