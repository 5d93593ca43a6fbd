package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.GroupId;
import io.vagus.registry.Right;
import io.vagus.registry.Role;
import io.vagus.registry.Tokens.NewToken;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every route of the contract, tried with every role and with none. */
class RightsTest {
  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = Fixture.secured();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void everyRouteOfTheContractHasARightOrIsMeantForEverybody() throws Exception {
    Set<String> forEverybody =
        Set.of(
            "GET /api/v1/health",
            "GET /api/v1/openapi",
            "GET /api/v1/session",
            "POST /api/v1/login");
    for (ContractTest.Operation operation : ContractTest.operations()) {
      RouteRights.Need need =
          RouteRights.of(operation.method().toUpperCase(Locale.ROOT), operation.path());
      boolean open = forEverybody.contains(operation.toString()) || isPage(operation.path());
      assertThat(need)
          .as(operation.toString())
          .isInstanceOf(open ? RouteRights.Nothing.class : RouteRights.Needs.class);
    }
  }

  private static boolean isPage(String path) {
    return !path.startsWith("/api/v1/") && !path.equals("/metrics");
  }

  @Test
  void theTableInTheDocumentationIsTheOneInForce() throws Exception {
    String text = Files.readString(Path.of("../docs/how-to.md"));
    for (Right right : Right.values()) {
      StringBuilder row = new StringBuilder("| `" + right.label() + "` | " + right.meaning());
      for (Role role : Role.values()) {
        row.append(role.rights().contains(right) ? " | ●" : " |  ");
      }
      assertThat(text).contains(row.append(" |"));
    }
  }

  @Test
  void aRouteThatIsNotInTheTableIsRefusedToAnAdmin() {
    assertThat(RouteRights.of("GET", "/api/v1/secrets")).isEqualTo(new RouteRights.Forbidden());
  }

  @ParameterizedTest
  @EnumSource
  void aRoleOpensItsRoutesAndNoOthers(Role role) throws Exception {
    requireOpensExactly(token(List.of(role.label())), role.rights());
  }

  @Test
  void noRoleOpensNothing() throws Exception {
    requireOpensExactly(token(List.of("self")), EnumSet.of(Right.SELF));
  }

  @ParameterizedTest
  @EnumSource
  void aTokenOfOneRightOpensItsRoutesAndNoOthers(Right right) throws Exception {
    requireOpensExactly(token(List.of(right.label())), EnumSet.of(right));
  }

  private String token(List<String> scopes) {
    return fixture
        .registry
        .tokens()
        .issue(new NewToken("stolen", scopes, GroupId.ALL, Optional.empty(), Optional.empty()))
        .text();
  }

  /** Refused is refused before anything is looked at: paths may name nothing, bodies be empty. */
  private void requireOpensExactly(String token, Set<Right> rights) throws Exception {
    for (Route route : fixture.server.routes()) {
      int status = status(route, token);
      switch (RouteRights.of(route)) {
        case RouteRights.Needs(Right right, var extent) when !rights.contains(right) ->
            assertThat(status).as(route + " with " + rights).isEqualTo(403);
        case RouteRights.Needs(Right right, var extent) ->
            assertThat(List.of(401, 403)).as(route + " with " + rights).doesNotContain(status);
        case RouteRights.Nothing() ->
            assertThat(List.of(401, 403)).as(route.toString()).doesNotContain(status);
        case RouteRights.Forbidden() -> throw new AssertionError(route + " has no right");
      }
    }
  }

  private int status(Route route, String token) throws Exception {
    // A query that is not known is refused after the right is asked for and before anything is
    // done.
    String path = route.template().replaceAll("\\{\\w+}", "x") + "?bogus=1";
    HttpRequest request =
        HttpRequest.newBuilder(fixture.uri(path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token)
            .method(route.method(), BodyPublishers.noBody())
            .build();
    HttpResponse<Void> answer = Fixture.CLIENT.send(request, BodyHandlers.discarding());
    return answer.statusCode();
  }

  @Test
  void whatAStolenTokenIsRefusedIsCountedWithItsNameAndTheRoute() throws Exception {
    String token = token(List.of("metrics.read"));
    HttpResponse<String> answer =
        Fixture.send(
            fixture
                .request("DELETE", "/api/v1/devices/pump-1", "")
                .setHeader("Authorization", "Bearer " + token)
                .build());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(fixture.registry.device(new io.vagus.model.DeviceId("pump-1"))).isPresent();
    assertThat(fixture.get("/api/v1/refusals").body())
        .contains("\"reason\":\"forbidden\"", "token:stolen", "DELETE /api/v1/devices/{id}");
  }
}
