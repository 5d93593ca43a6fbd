package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call what. */
class AccessTest {

  @Test
  void refusesTokensThatAreNotKnown() throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      for (String header : new String[] {"Bearer nonsense", "Bearer ", "Basic YTpi", "nonsense"}) {
        HttpResponse<String> response =
            Fixture.send(
                HttpRequest.newBuilder(fixture.uri("/api/v1/ledger"))
                    .header("Authorization", header)
                    .build());
        assertThat(response.statusCode()).as(header).isEqualTo(401);
        assertThat(response.body()).contains("\"code\":\"unauthenticated\"");
      }
    }
  }

  @Test
  void takesTheSchemeInAnyCase() throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      HttpRequest request =
          HttpRequest.newBuilder(fixture.uri("/api/v1/ledger"))
              .header("Authorization", "bearer " + fixture.admin)
              .build();
      assertThat(Fixture.send(request).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void issuedTokensAllowWhatTheySay() throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      String body = "{\"name\": \"grafana\", \"scopes\": [\"viewer\"], \"lifetime\": \"1h\"}";
      String answer = fixture.call("POST", "/api/v1/tokens", body).body();
      String token = answer.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
      assertThat(status(fixture, "GET", "/api/v1/ledger", token)).isEqualTo(200);
      assertThat(status(fixture, "DELETE", "/api/v1/devices/pump-1", token)).isEqualTo(403);
      assertThat(status(fixture, "GET", "/api/v1/applications", token)).isEqualTo(403);
      assertThat(status(fixture, "GET", "/metrics", token)).isEqualTo(403);
    }
  }

  private static int status(Fixture fixture, String method, String path, String token)
      throws IOException, InterruptedException {
    return Fixture.send(
            fixture.request(method, path, "").setHeader("Authorization", "Bearer " + token).build())
        .statusCode();
  }

  @Test
  void healthIsForAllAndReasonsForThoseWithAToken() throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      fixture.health =
          new Health(
              Map.of(
                  "series",
                  new Health.Component(Health.State.DEGRADED, "rebuilding /data/series"),
                  "journal",
                  Health.Component.UP));
      HttpResponse<String> anybody =
          Fixture.send(HttpRequest.newBuilder(fixture.uri("/api/v1/health")).build());
      assertThat(anybody.statusCode()).isEqualTo(200);
      assertThat(anybody.body())
          .isEqualTo(
              "{\"status\":\"degraded\",\"components\":{\"journal\":{\"state\":\"up\"},"
                  + "\"series\":{\"state\":\"degraded\"}}}");
      assertThat(fixture.get("/api/v1/health").body()).contains("rebuilding /data/series");
      fixture.health =
          new Health(Map.of("journal", new Health.Component(Health.State.DOWN, "disk full")));
      assertThat(fixture.get("/api/v1/health").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void metricsAreOpenOnlyWhenConfigured() throws Exception {
    try (Fixture fixture = new Fixture(false, Fixture.config(true), Optional.empty())) {
      HttpRequest request = HttpRequest.newBuilder(fixture.uri("/metrics")).build();
      assertThat(Fixture.send(request).statusCode()).isEqualTo(200);
      HttpRequest other = HttpRequest.newBuilder(fixture.uri("/api/v1/ledger")).build();
      assertThat(Fixture.send(other).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void openModeNeedsNoToken() throws Exception {
    try (Fixture fixture = Fixture.open()) {
      HttpRequest request = HttpRequest.newBuilder(fixture.uri("/api/v1/applications")).build();
      assertThat(Fixture.send(request).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8080,, 200",
    "127.0.0.1:8080,, 200",
    "[::1]:8080,, 200",
    "vagus.localhost,, 200",
    "localhost:8080, http://localhost:8080, 200",
    "localhost:8080, https://localhost:8080, 200",
    "evil.example,, 403",
    "localhost.evil.example,, 403",
    "127.0.0.1.evil.example,, 403",
    "192.168.0.7,, 403",
    "localhost:8080, http://evil.example, 403",
    "localhost:8080, http://localhost:9999, 403",
    "localhost:8080, null, 403",
    "localhost:8080, http://localhost:8080.evil.example, 403",
  })
  void openModeRefusesForeignPages(String host, String origin, int status) throws Exception {
    try (Fixture fixture = Fixture.open();
        Socket socket = new Socket("127.0.0.1", fixture.server.address().getPort())) {
      socket.setSoTimeout(5000);
      String request =
          "GET /api/v1/ledger HTTP/1.1\r\nHost: "
              + host
              + "\r\n"
              + (origin == null ? "" : "Origin: " + origin + "\r\n")
              + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 " + status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/docs", "/assets/none.js", "/api/v1/ledger"})
  void everyAnswerForbidsWhatItDoesNotNeed(String path) throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      var headers = fixture.get(path).headers();
      assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'")
          .doesNotContain("unsafe")
          .doesNotContain("http");
      assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
    }
  }
}
