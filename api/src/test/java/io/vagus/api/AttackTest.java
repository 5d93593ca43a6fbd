package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.GroupId;
import io.vagus.registry.Tokens.Issued;
import io.vagus.registry.Tokens.NewToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody may try at the API's door, byte by byte. */
@Timeout(30)
class AttackTest {
  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = Fixture.secured();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** The whole answer to a request whose first line is exactly this. */
  private String raw(String target, String... headers) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", fixture.server.address().getPort())) {
      socket.setSoTimeout(10_000);
      String request =
          "GET "
              + target
              + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + String.join("", List.of(headers))
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return answer(socket.getInputStream());
    }
  }

  /** Head and body; the server leaves the connection open. */
  private static String answer(InputStream in) throws IOException {
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      answer.append(new String(in.readNBytes(1), StandardCharsets.ISO_8859_1));
    }
    Matcher length = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n").matcher(answer);
    int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return answer.append(new String(in.readNBytes(bytes), StandardCharsets.UTF_8)).toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/../openapi.json",
        "/assets/..%2f..%2fapi%2fopenapi.json",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%5c..%5cindex.html",
        "/assets/....//index.html",
        "/assets/%00index.html",
        "/assets/index.html%00.js",
        "/../../../../etc/passwd",
        "//etc/passwd",
        "/api/v1/../../etc/passwd"
      })
  void noPathLeadsOutOfTheConsolesFiles(String target) throws Exception {
    String answer = raw(target);
    assertThat(answer).matches("(?s)HTTP/1\\.1 (400|401|404) .*").doesNotContain("root:", "<html");
  }

  @Test
  void aPathBesideARouteIsNotThatRoute() throws Exception {
    String reader = "Authorization: Bearer " + fixture.token("reader", "viewer") + "\r\n";
    for (String target :
        List.of(
            "/api/v1/users/",
            "/api/v1//users",
            "/api/v1/users%2f",
            "/api/v1/devices/../users",
            "/api/v1/devices/%2e%2e/users",
            "/API/v1/users",
            "/api/v1/users;x=1",
            "/api/v1/users?x=/api/v1/devices")) {
      assertThat(raw(target, reader))
          .as(target)
          .matches("(?s)HTTP/1\\.1 (400|403|404) .*")
          .doesNotContain("\"grants\"");
    }
  }

  @Test
  void lineBreaksInAnyValueMakeNoHeader() throws Exception {
    String token = "Authorization: Bearer " + fixture.admin + "\r\n";
    for (String target :
        List.of(
            "/api/v1/devices/x%0d%0aSet-Cookie:%20a=b",
            "/api/v1/users/x%0d%0aSet-Cookie:%20a=b",
            "/api/v1/devices?q=%0d%0aSet-Cookie:%20a=b",
            "/api/v1/login/oidc/callback?state=%0d%0aSet-Cookie:%20a=b",
            "/nothing%0d%0aSet-Cookie:%20a=b")) {
      String head = raw(target, token).split("\r\n\r\n", 2)[0];
      assertThat(head).as(target).doesNotContainIgnoringCase("set-cookie");
    }
  }

  @Test
  void aCookieThatIsNoSessionsIsWorthNothing() throws Exception {
    for (String cookie :
        List.of(
            "vagus_session=",
            "vagus_session=" + "0".repeat(64),
            "vagus_session=' or 1=1 --",
            "vagus_session=" + fixture.admin,
            "other=x; vagus_session=" + "a".repeat(4000))) {
      assertThat(raw("/api/v1/devices", "Cookie: " + cookie + "\r\n"))
          .as(cookie)
          .startsWith("HTTP/1.1 401");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/overview/live", "/api/v1/live"})
  void aStreamEndsWithTheTokenThatOpenedIt(String path) throws Exception {
    Issued issued =
        fixture
            .registry
            .tokens()
            .issue(
                new NewToken(
                    "watcher", List.of("viewer"), GroupId.ALL, Optional.empty(), Optional.empty()));
    HttpRequest request =
        HttpRequest.newBuilder(fixture.uri(path))
            .header("Authorization", "Bearer " + issued.text())
            .build();
    try (InputStream stream = Fixture.CLIENT.send(request, BodyHandlers.ofInputStream()).body()) {
      assertThat(stream.readNBytes(10)).hasSize(10);
      fixture.registry.tokens().revoke(issued.token().id());
      // Comes to its end, where it would go on for an hour.
      assertThat(stream.readAllBytes().length).isLessThan(1 << 20);
    }
  }
}
