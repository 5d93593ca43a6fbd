package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.GroupId;
import io.vagus.registry.People.NewUser;
import io.vagus.registry.Role;
import io.vagus.registry.RoleGrant;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signing in, staying in, being thrown out, and those who try it on. */
class LoginTest {
  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = Fixture.clocked();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private HttpResponse<String> login(String from, String name, String password) throws Exception {
    return login(from, "{\"name\": \"" + name + "\", \"password\": \"" + password + "\"}");
  }

  private HttpResponse<String> login(String from, String body) throws Exception {
    return Fixture.send(
        HttpRequest.newBuilder(fixture.uri("/api/v1/login"))
            .header("Content-Type", "application/json")
            .header("X-Vagus-Console", "1")
            .header("X-Forwarded-For", "1.2.3.4, " + from)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private String cookie(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
  }

  private int status(String method, String path, String cookie, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(fixture.uri(path))
            .header("Cookie", cookie)
            .method(method, BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return Fixture.send(request.build()).statusCode();
  }

  @Test
  void aUserSignsInSeesWhatHeMayAndSignsOut() throws Exception {
    HttpResponse<String> answer = login("10.0.0.1", "ada", Fixture.PASSWORD);
    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
        .matches("vagus_session=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200");
    String cookie = cookie(answer);
    assertThat(status("GET", "/api/v1/devices", cookie)).isEqualTo(200);
    assertThat(status("GET", "/api/v1/users", cookie)).isEqualTo(403);
    assertThat(status("DELETE", "/api/v1/session", cookie, "X-Vagus-Console", "1")).isEqualTo(204);
    assertThat(status("GET", "/api/v1/devices", cookie)).isEqualTo(401);
  }

  @Test
  void theCookieIsSecureOverTls() throws Exception {
    HttpResponse<String> answer =
        Fixture.send(
            HttpRequest.newBuilder(fixture.uri("/api/v1/login"))
                .header("Content-Type", "application/json")
                .header("X-Vagus-Console", "1")
                .header("X-Forwarded-Proto", "https")
                .POST(
                    BodyPublishers.ofString(
                        "{\"name\": \"ada\", \"password\": \"" + Fixture.PASSWORD + "\"}"))
                .build());
    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).endsWith("; Secure");
  }

  @Test
  void unknownNamesAndWrongPasswordsAreRefusedInTheSameWords() throws Exception {
    HttpResponse<String> wrong = login("10.0.0.1", "ada", "not the password");
    HttpResponse<String> unknown = login("10.0.0.1", "bob", "not the password");
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(unknown.body()).isEqualTo(wrong.body());
  }

  @Test
  void aSessionEndsWhenItIdlesAndPagesThatAskByThemselvesDoNotKeepIt() throws Exception {
    String cookie = cookie(login("10.0.0.1", "ada", Fixture.PASSWORD));
    fixture.clock.advance(Duration.ofMinutes(20));
    assertThat(status("GET", "/api/v1/devices", cookie, "X-Vagus-Active", "1")).isEqualTo(200);
    fixture.clock.advance(Duration.ofMinutes(20));
    assertThat(status("GET", "/api/v1/devices", cookie)).isEqualTo(200);
    fixture.clock.advance(Duration.ofMinutes(11));
    assertThat(status("GET", "/api/v1/devices", cookie)).isEqualTo(401);
  }

  @Test
  void aSessionEndsAtItsTimeHoweverBusyItIs() throws Exception {
    String cookie = cookie(login("10.0.0.1", "ada", Fixture.PASSWORD));
    for (int minutes = 0; minutes < 12 * 60; minutes += 20) {
      assertThat(status("GET", "/api/v1/devices", cookie, "X-Vagus-Active", "1")).isEqualTo(200);
      fixture.clock.advance(Duration.ofMinutes(20));
    }
    fixture.clock.advance(Duration.ofSeconds(1));
    assertThat(status("GET", "/api/v1/devices", cookie, "X-Vagus-Active", "1")).isEqualTo(401);
  }

  @Test
  void whatIsTakenBackIsGoneAtOnceAndANewPasswordEndsSessions() throws Exception {
    String cookie = cookie(login("10.0.0.1", "ada", Fixture.PASSWORD));
    RoleGrant viewer = new RoleGrant(Role.VIEWER, GroupId.ALL);
    fixture.registry.people().withdraw("ada", viewer);
    assertThat(status("GET", "/api/v1/devices", cookie)).isEqualTo(403);
    fixture.registry.people().grant("ada", viewer);
    assertThat(status("GET", "/api/v1/devices", cookie)).isEqualTo(200);
    fixture.registry.people().disable("ada", true);
    assertThat(status("GET", "/api/v1/devices", cookie)).isEqualTo(401);
    fixture.registry.people().disable("ada", false);
    fixture.registry.people().setPassword("ada", "another long walk");
    assertThat(status("GET", "/api/v1/devices", cookie)).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Vagus-Console, 1, Origin, http://evil.example, 403",
    "X-Vagus-Console, 1, Origin, null, 403",
    "X-Other, 1, X-Other2, 1, 403",
    "X-Vagus-Console, 0, X-Other, 1, 403",
    "X-Vagus-Console, 1, X-Other, 1, 204",
  })
  void aForeignPageCannotUseTheCookie(String a, String av, String b, String bv, int status)
      throws Exception {
    fixture.registry.people().grant("ada", new RoleGrant(Role.OPERATOR, GroupId.ALL));
    String cookie = cookie(login("10.0.0.1", "ada", Fixture.PASSWORD));
    assertThat(status("DELETE", "/api/v1/devices/pump-1", cookie, a, av, b, bv)).isEqualTo(status);
  }

  @Test
  void aForeignPageCannotSignSomebodyIn() throws Exception {
    String body = "{\"name\": \"ada\", \"password\": \"" + Fixture.PASSWORD + "\"}";
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
      HttpResponse<String> answer =
          Fixture.send(
              HttpRequest.newBuilder(fixture.uri("/api/v1/login"))
                  .header("Content-Type", type)
                  .POST(BodyPublishers.ofString(body))
                  .build());
      assertThat(answer.statusCode()).isEqualTo(415);
    }
    HttpResponse<String> answer =
        Fixture.send(
            HttpRequest.newBuilder(fixture.uri("/api/v1/login"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void wrongPasswordsCostWaitsAtTheirAddressAndNotElsewhere() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(login("10.0.0.1", "ada", "wrong wrong wrong").statusCode()).isEqualTo(401);
    }
    HttpResponse<String> early = login("10.0.0.1", "ada", Fixture.PASSWORD);
    assertThat(early.statusCode()).isEqualTo(429);
    assertThat(early.headers().firstValue("Retry-After")).contains("1");
    assertThat(login("10.0.0.2", "ada", Fixture.PASSWORD).statusCode()).isEqualTo(204);
    fixture.clock.advance(Duration.ofSeconds(1));
    assertThat(login("10.0.0.1", "ada", Fixture.PASSWORD).statusCode()).isEqualTo(204);
  }

  @Test
  void sprayingOnePasswordOverManyNamesIsSlowedDown() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(login("10.0.0.1", "user" + i, "Summer 2026 it is").statusCode()).isEqualTo(401);
    }
    assertThat(login("10.0.0.1", "ada", "Summer 2026 it is").statusCode()).isEqualTo(429);
    assertThat(fixture.get("/api/v1/refusals").body()).contains("rate-exceeded", "10.0.0.1");
  }

  @Test
  void guessingOneNameFromManyAddressesIsSlowedDown() throws Exception {
    for (int i = 0; i < 25; i++) {
      assertThat(login("10.0.1." + i, "ada", "wrong wrong wrong").statusCode()).isEqualTo(401);
    }
    assertThat(login("10.0.2.1", "ada", Fixture.PASSWORD).statusCode()).isEqualTo(429);
    fixture.clock.advance(Duration.ofMinutes(1));
    assertThat(login("10.0.2.1", "ada", Fixture.PASSWORD).statusCode()).isEqualTo(204);
  }

  @Test
  void anAddressThatSomebodyWritesHimselfIsNotBelieved() throws Exception {
    for (int i = 0; i < 5; i++) {
      login("10.0.0.9", "ada", "wrong wrong wrong");
    }
    // The listener appends the true address; what stands before it came with the request.
    assertThat(login("10.0.0.9", "ada", Fixture.PASSWORD).statusCode()).isEqualTo(429);
  }

  @Test
  void guessedTokensCostWaitsAndAKnownOneStillWorks() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(withToken("vagus_" + i)).isEqualTo(401);
    }
    assertThat(withToken("vagus_20")).isEqualTo(429);
    assertThat(withToken(fixture.admin)).isEqualTo(200);
  }

  private int withToken(String token) throws Exception {
    return Fixture.send(
            HttpRequest.newBuilder(fixture.uri("/api/v1/ledger"))
                .header("Authorization", "Bearer " + token)
                .build())
        .statusCode();
  }

  @Test
  void aSecondFactorIsAskedForAtTheDoor() throws Exception {
    String secret = fixture.registry.people().beginTotp("ada");
    fixture.registry.people().confirmTotp("ada", Fixture.code(secret));
    HttpResponse<String> asked = login("10.0.0.1", "ada", Fixture.PASSWORD);
    assertThat(asked.statusCode()).isEqualTo(400);
    assertThat(asked.body()).contains("\"field\":\"code\"");
    String body =
        "{\"name\": \"ada\", \"password\": \"" + Fixture.PASSWORD + "\", \"code\": \"%s\"}";
    assertThat(login("10.0.0.1", body.formatted("000000")).statusCode()).isEqualTo(401);
    // The one it was confirmed with is taken.
    assertThat(login("10.0.0.1", body.formatted(Fixture.code(secret))).statusCode()).isEqualTo(401);
  }

  @Test
  void namesThatAreCodeAreRefusedAndNoneIsTakenForAnother() throws Exception {
    for (String name :
        List.of("' or 1=1 --", "ada\\r\\nSet-Cookie: a=b", "../ada", "<script>", "ADA", "ada ")) {
      HttpResponse<String> answer = login("10.0.3." + name.length(), name, Fixture.PASSWORD);
      assertThat(answer.statusCode()).as(name).isEqualTo(401);
      assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }
  }

  @Test
  void nobodyGivesWhatHeDoesNotHaveAndNobodyChangesOneWhoMayMore() throws Exception {
    fixture
        .registry
        .people()
        .add(
            new NewUser(
                "root",
                "",
                Optional.of("the password of root"),
                List.of(new RoleGrant(Role.ADMIN, GroupId.ALL))));
    String token = fixture.token("clerk", "people.manage", "viewer");
    assertThat(clerk(token, "POST", "/api/v1/users/ada/grants", "{\"role\": \"admin\"}"))
        .isEqualTo(403);
    assertThat(
            clerk(
                token, "POST", "/api/v1/users/root/password", "{\"password\": \"now it is mine\"}"))
        .isEqualTo(403);
    assertThat(clerk(token, "DELETE", "/api/v1/users/root/second-factor", "")).isEqualTo(403);
    assertThat(clerk(token, "DELETE", "/api/v1/users/root", "")).isEqualTo(403);
    assertThat(clerk(token, "POST", "/api/v1/users/ada/grants", "{\"role\": \"viewer\"}"))
        .isEqualTo(200);
    assertThat(
            clerk(
                fixture.token("maker", "token.issue", "viewer"),
                "POST",
                "/api/v1/tokens",
                "{\"name\": \"x\", \"scopes\": [\"admin\"]}"))
        .isEqualTo(403);
  }

  private int clerk(String token, String method, String path, String body) throws Exception {
    return Fixture.send(
            fixture
                .request(method, path, body)
                .setHeader("Authorization", "Bearer " + token)
                .build())
        .statusCode();
  }

  @Test
  void aTokenIsWorthNoMoreThanItsOwnerAndNothingOnceHeIsGone() throws Exception {
    fixture.registry.people().grant("ada", new RoleGrant(Role.OPERATOR, GroupId.ALL));
    HttpResponse<String> made =
        Fixture.send(
            fixture
                .signedIn(
                    "ada",
                    "POST",
                    "/api/v1/tokens",
                    "{\"name\": \"x\", \"scopes\": [\"operator\"]}")
                .build());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    String token = made.body().replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    assertThat(made.body()).contains("\"owner\":\"ada\"");
    assertThat(clerk(token, "POST", "/api/v1/devices/pump-1/suspend", "")).isEqualTo(200);
    fixture.registry.people().withdraw("ada", new RoleGrant(Role.OPERATOR, GroupId.ALL));
    assertThat(clerk(token, "POST", "/api/v1/devices/pump-1/resume", "")).isEqualTo(403);
    assertThat(clerk(token, "GET", "/api/v1/devices", "")).isEqualTo(200);
    assertThat(fixture.get("/api/v1/tokens").body()).contains("\"lastUsedAt\"");
    fixture.registry.people().remove("ada");
    assertThat(clerk(token, "GET", "/api/v1/devices", "")).isEqualTo(401);
  }

  @Test
  void rightsThatNobodyUsesAreReported() throws Exception {
    fixture.get("/api/v1/devices");
    String report = fixture.get("/api/v1/audit/rights").body();
    assertThat(report)
        .containsPattern("\"actor\":\"token:admin\"[^}]*\"used\":\\[[^]]*\"fleet.read\"")
        .containsPattern("\"actor\":\"user:ada\"[^}]*\"unused\":\\[[^]]*\"fleet.read\"");
  }
}
