package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.command.CommandRecords;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Edit;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.Group;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Right;
import io.vagus.registry.Role;
import io.vagus.registry.Tokens.NewToken;
import io.vagus.rule.RuleCodec;
import io.vagus.testkit.Eventually;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two organisations: {@code acme}, which the callers are of, and {@code beta}, whose things the
 * examples of the contract name.
 */
@Timeout(120)
class OrganisationsTest {
  private static final DeviceId OF_BETA = new DeviceId("pump-1");
  private static final String UNHEARD_OF = "unheard-of-1";
  private static final String OF_ONE_THING =
      ".*/(devices/\\{id}|batches/\\{id}|dead-letters/\\{id}|messages/|commands/\\{command}).*";

  /** What nobody of acme may ever read, whatever he asks for. */
  /** A bulk command makes some for the own devices. */
  private static final CommandRecords.Filter OF_DEVICE =
      new CommandRecords.Filter(Optional.of(OF_BETA), Optional.empty(), Optional.empty());

  private static final List<String> OF_OTHERS =
      List.of(
          "pump-1",
          "beta",
          "march",
          "april",
          "5f0e1a",
          "gateway-1",
          "c1a1",
          "SN-9",
          "c0ffee",
          "heating-team");

  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = Fixture.secured();
    group("beta", Optional.empty());
    group("beta/north", Optional.of("beta"));
    group("acme/south", Optional.of("acme"));
    fixture.registry.createDevice(Fixture.device("own-1"));
    move("own-1", "acme");
    move("pump-1", "beta/north");
    fixture
        .registry
        .batches()
        .create(
            new EnrolmentBatch(
                    "april",
                    "pump",
                    Optional.empty(),
                    9,
                    Optional.empty(),
                    Instant.EPOCH,
                    Optional.empty())
                .inGroup(Optional.of(new GroupId("beta"))));
    fixture.rules.put(RuleCodec.read(Fixture.RULE).inGroup(Optional.of(new GroupId("beta/north"))));
    Eventually.eventually(
        Duration.ofSeconds(10),
        "both devices are watched",
        () -> fixture.watch.overview(group -> true).devices().total() == 2);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void group(String id, Optional<String> parent) {
    fixture.registry.saveGroup(
        new Group(new GroupId(id), parent.map(GroupId::new), id, Optional.empty()));
  }

  private void move(String device, String group) {
    fixture.registry.updateDevice(
        new DeviceId(device),
        DevicePatch.NOTHING.withGroup(new Edit.Put<>(new GroupId(group))),
        OptionalLong.empty());
  }

  private String token(String name, String group, String... scopes) {
    return fixture
        .registry
        .tokens()
        .issue(
            new NewToken(
                name, List.of(scopes), new GroupId(group), Optional.empty(), Optional.empty()))
        .text();
  }

  private HttpResponse<String> call(String token, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        fixture
            .request(method, path, body)
            .setHeader("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(20))
            .build();
    return ContractTest.read(request);
  }

  private String get(String token, String path) throws Exception {
    HttpResponse<String> response = call(token, "GET", path, "");
    assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
    return response.body();
  }

  static List<ContractTest.Operation> operations() throws Exception {
    return ContractTest.operations().stream()
        .filter(op -> !op.node().get("security").isEmpty())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void nobodyOfOneOrganisationSeesOrChangesTheOther(ContractTest.Operation op) throws Exception {
    String method = op.method().toUpperCase(Locale.ROOT);
    String path = ContractTest.path(op, Optional.empty());
    String nowhere = ContractTest.path(op, Optional.of(UNHEARD_OF));
    for (Role role : Role.values()) {
      String token = token("of-" + role.label(), "acme", role.label());
      String before = ofBeta();
      HttpResponse<String> theirs = call(token, method, path, ContractTest.body(op));
      HttpResponse<String> nothing = call(token, method, nowhere, ContractTest.body(op));
      assertThat(ofBeta()).as(op + " by " + role + " " + theirs.body()).isEqualTo(before);
      if (op.path().matches(OF_ONE_THING)) {
        assertThat(theirs.statusCode()).as(op + " by " + role).isIn(403, 404);
        assertThat(theirs.statusCode()).isEqualTo(nothing.statusCode());
        String asked = ContractTest.firstParameter(op);
        assertThat(theirs.body().replace(asked, UNHEARD_OF))
            .isEqualTo(nothing.body().replace(asked, UNHEARD_OF));
      } else if (theirs.statusCode() < 300) {
        String shown = theirs.body();
        OF_OTHERS.forEach(word -> assertThat(shown).as(op + " by " + role).doesNotContain(word));
      }
    }
  }

  /** All that there is of the other organisation, and of none. */
  private String ofBeta() {
    return fixture.registry.device(OF_BETA)
        + " "
        + fixture.registry.batches().find("march")
        + fixture.registry.batches().find("april")
        + fixture.registry.batches().counts("march")
        + fixture.registry.batches().claims("march")
        + fixture.registry.enrolmentTokens().newest(Optional.of("march"), 9)
        + fixture.registry.certificates().of(OF_BETA)
        + fixture.registry.desired().of(OF_BETA)
        + fixture.commands.find("c0ffee")
        + fixture.commands.page(OF_DEVICE, Optional.empty(), 9)
        + fixture.registry.applications()
        + fixture.registry.people().all()
        + fixture.registry.products()
        + fixture.registry.groups().find(new GroupId("beta"))
        + fixture.rules.find("overheat")
        + fixture.alerts.find("a0")
        + fixture.ledger.deadLetter("17").orElseThrow().replayed();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void whatDoesNotSayHowFarItGoesIsRefusedToWhoMayNotEverywhere(ContractTest.Operation op)
      throws Exception {
    RouteRights.Needs needs =
        (RouteRights.Needs) RouteRights.of(op.method().toUpperCase(Locale.ROOT), op.path());
    if (needs.extent() != RouteRights.Extent.ALL) {
      return;
    }
    String token = token("all-rights", "acme", "admin");
    HttpResponse<String> response =
        call(
            token,
            op.method().toUpperCase(Locale.ROOT),
            ContractTest.path(op, Optional.empty()),
            ContractTest.body(op));
    assertThat(response.statusCode()).as(op + response.body()).isEqualTo(403);
    assertThat(response.body()).contains("expected: on all");
  }

  @Test
  void aLineWithoutAnExtentIsOfAll() {
    assertThat(RouteRights.read("fleet.read GET /x"))
        .isEqualTo(
            Map.of("GET /x", new RouteRights.Needs(Right.FLEET_READ, RouteRights.Extent.ALL)));
  }

  @Test
  void aHandlerThatDoesNotAskWhatItsCallSeesIsNotAnswered() throws Exception {
    Route forgetful = Route.get("/api/v1/devices", call -> Reply.noContent());
    Sight sight =
        new Sight(
            io.vagus.registry.Reach.of(fixture.registry.groups(), Set.of(new GroupId("acme"))),
            fixture.registry,
            fixture.watch);
    Request request =
        new Request(
            "GET",
            "/api/v1/devices",
            "",
            name -> Optional.empty(),
            java.io.InputStream.nullInputStream());
    Call call =
        new Call(
            request,
            forgetful,
            Map.of(),
            Query.parse("", forgetful),
            Optional.empty(),
            sight,
            RequestBody.inMemory(request.body(), 0),
            () -> true);
    org.assertj.core.api.Assertions.assertThatThrownBy(call::handle)
        .hasMessageContaining("does not say whose it is");
  }

  @Test
  void listsTotalsAndNumbersAreOfWhatIsSeen() throws Exception {
    String acme = token("a", "acme", "viewer");
    String beta = token("b", "beta", "viewer");
    assertThat(get(acme, "/api/v1/devices")).contains("own-1", "\"total\":1");
    assertThat(get(beta, "/api/v1/devices")).contains("pump-1", "\"total\":1");
    assertThat(get(acme, "/api/v1/devices?q=pump")).contains("\"items\":[]", "\"total\":0");
    assertThat(get(acme, "/api/v1/devices?group=beta")).contains("\"items\":[]", "\"total\":0");
    assertThat(get(acme, "/api/v1/devices?connection=never"))
        .contains("own-1")
        .doesNotContain("pump-1");
    assertThat(get(acme, "/api/v1/devices?format=csv")).contains("own-1").doesNotContain("pump-1");
    assertThat(get(acme, "/api/v1/overview"))
        .contains("\"total\":1")
        .doesNotContain("latency", "ledger");
    assertThat(get(acme, "/api/v1/groups")).contains("acme/south").doesNotContain("beta");
    assertThat(get(beta, "/api/v1/dead-letters")).contains("pump-1");
    assertThat(get(beta, "/api/v1/duplicates")).contains("pump-1");
    assertThat(get(beta, "/api/v1/gaps")).contains("pump-1");
    assertThat(get(beta, "/api/v1/messages/4711")).contains("pump-1");
    assertThat(get(beta, "/api/v1/certificates")).contains("5f0e1a");
    assertThat(get(beta, "/api/v1/enrolment/batches")).contains("april").doesNotContain("march");
    assertThat(get(beta, "/api/v1/ca")).doesNotContain("\"valid\"", "\"devices\"");
    String newest = "/api/v1/certificates/newest?from=2020-01-01T00:00:00Z";
    assertThat(get(beta, newest)).contains("5f0e1a");
    assertThat(get(acme, newest)).contains("\"items\":[]");
    assertThat(get(beta, "/api/v1/certificates/ends")).contains("\"devices\":1");
    assertThat(get(acme, "/api/v1/certificates/ends")).contains("\"items\":[]");
  }

  @Test
  void twinsAreSeenAndChangedOfOnesOwnDevicesOnly() throws Exception {
    String acme = token("a", "acme", "operator");
    String beta = token("b", "beta", "operator");
    assertThat(get(acme, "/api/v1/twins")).contains("own-1").doesNotContain("pump-1");
    assertThat(get(beta, "/api/v1/twins")).contains("pump-1").doesNotContain("own-1");
    assertThat(get(acme, "/api/v1/twins/progress")).contains("\"devices\":1");
    assertThat(get(acme, "/api/v1/twins/progress?group=beta")).contains("\"devices\":0");

    String wanted = "{\"group\": \"%s\", \"desired\": {\"rate\": 5}}";
    for (String group : List.of("beta", "beta/north", UNHEARD_OF)) {
      assertThat(call(acme, "POST", "/api/v1/twins/desired", wanted.formatted(group)).body())
          .as(group)
          .contains("\"devices\":0", "\"changed\":0");
    }
    assertThat(call(acme, "POST", "/api/v1/twins/desired", wanted.formatted("all")).body())
        .contains("\"devices\":1", "\"changed\":1");
    assertThat(fixture.registry.desired().of(OF_BETA).version()).isZero();
    assertThat(fixture.registry.desired().of(new DeviceId("own-1")).version()).isEqualTo(1);
  }

  @Test
  void commandsAreSeenAndCancelledOfOnesOwnDevicesOnly() throws Exception {
    String acme = token("a", "acme", "operator");
    String beta = token("b", "beta", "operator");
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> sent =
          call(acme, "POST", "/api/v1/devices/own-1/commands", "{\"name\": \"open\"}");
      assertThat(sent.statusCode()).as(sent.body()).isEqualTo(202);
    }
    assertThat(get(beta, "/api/v1/commands")).contains("c0ffee").doesNotContain("own-1", "next");
    assertThat(get(beta, "/api/v1/commands?device=own-1")).contains("\"items\":[]");
    assertThat(call(acme, "POST", "/api/v1/commands/c0ffee/cancel", "").statusCode())
        .isEqualTo(404);

    String first = get(acme, "/api/v1/commands?limit=2");
    assertThat(first).doesNotContain("c0ffee").contains("\"next\":\"");
    String cursor = first.replaceFirst("(?s).*\"next\":\"([^\"]+).*", "$1");
    assertThat(cursor).doesNotContain("c0ffee");
    String second = get(acme, "/api/v1/commands?limit=2&cursor=" + cursor);
    assertThat(second).contains("own-1").doesNotContain("next", "c0ffee");

    assertThat(call(beta, "POST", "/api/v1/commands/c0ffee/cancel", "").statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusalsAreOfDevicesThatAreSeen() throws Exception {
    for (String name : List.of("pump-1", "own-1", "nobody")) {
      fixture.watch.refused(
          io.vagus.model.Transport.MQTT, "bad-credentials", "10.0.0.7", name, "wrong");
    }
    String acme = token("a", "acme", "viewer");
    assertThat(get(acme, "/api/v1/refusals")).contains("own-1").doesNotContain("pump-1", "nobody");
    assertThat(get(acme, "/api/v1/refusals?device=pump-1")).contains("\"items\":[]");
    assertThat(get(acme, "/api/v1/overview"))
        .contains("{\"reason\":\"bad-credentials\",\"count\":1}");
  }

  @Test
  void severalGroupsAreSeenAsOneList() throws Exception {
    for (int i = 0; i < 5; i++) {
      fixture.registry.createDevice(Fixture.device("d" + i));
      move("d" + i, i % 2 == 0 ? "acme" : "beta");
    }
    fixture
        .registry
        .people()
        .add(
            new io.vagus.registry.People.NewUser(
                "eve",
                "",
                Optional.of(Fixture.PASSWORD),
                List.of(
                    new io.vagus.registry.RoleGrant(Role.VIEWER, new GroupId("acme")),
                    new io.vagus.registry.RoleGrant(Role.VIEWER, new GroupId("acme/south")),
                    new io.vagus.registry.RoleGrant(Role.VIEWER, new GroupId("beta/north")),
                    new io.vagus.registry.RoleGrant(Role.VIEWER, new GroupId("beta")))));
    StringBuilder seen = new StringBuilder();
    String next = "";
    do {
      String page =
          Fixture.send(fixture.signedIn("eve", "GET", "/api/v1/devices?limit=2" + next, "").build())
              .body();
      java.util.regex.Matcher id =
          java.util.regex.Pattern.compile("\"id\":\"([^\"]+)").matcher(page);
      while (id.find()) {
        seen.append(id.group(1)).append(' ');
      }
      java.util.regex.Matcher cursor =
          java.util.regex.Pattern.compile("\"next\":\"([^\"]+)").matcher(page);
      next = cursor.find() ? "&cursor=" + cursor.group(1) : "";
    } while (!next.isEmpty());
    assertThat(seen.toString()).isEqualTo("d0 d1 d2 d3 d4 own-1 pump-1 ");
  }

  @Test
  void whereThereIsNothingOnesOwnListsAreEmpty() throws Exception {
    group("empty", Optional.empty());
    String token = token("e", "empty", "viewer");
    for (String path :
        List.of(
            "devices",
            "certificates",
            "enrolment/tokens",
            "enrolment/batches",
            "dead-letters",
            "gaps",
            "duplicates",
            "refusals",
            "tags/misfits")) {
      assertThat(get(token, "/api/v1/" + path)).as(path).contains("\"items\":[]");
    }
  }

  @Test
  void whatIsMadeLandsInItsMakersOnlyGroup() throws Exception {
    String token = token("a", "acme", "operator");
    HttpResponse<String> made =
        call(token, "POST", "/api/v1/devices", "{\"id\": \"new-1\", \"product\": \"pump\"}");
    assertThat(made.body()).contains("\"group\":\"acme\"");
    assertThat(
            call(
                    token,
                    "POST",
                    "/api/v1/devices/bulk",
                    "[{\"id\": \"new-2\", \"product\": \"pump\"},"
                        + "{\"id\": \"new-3\", \"product\": \"pump\", \"group\": \"beta\"}]")
                .body())
        .contains("\"created\":1", "\"failed\":1", "a group that exists");
    assertThat(
            call(
                    token,
                    "POST",
                    "/api/v1/enrolment/batches",
                    "{\"id\": \"may\", \"product\": \"pump\"}")
                .body())
        .contains("\"group\":\"acme\"");
  }

  @Test
  void nothingIsMovedOutOfReachNorPutBehindAHiddenGateway() throws Exception {
    String token = token("a", "acme", "operator");
    for (String group : List.of("\"beta\"", "\"" + UNHEARD_OF + "\"", "null")) {
      HttpResponse<String> response =
          call(token, "PATCH", "/api/v1/devices/own-1", "{\"group\": " + group + "}");
      assertThat(response.statusCode()).as(group).isEqualTo(400);
      assertThat(response.body()).contains("expected: a group that exists");
    }
    assertThat(call(token, "PATCH", "/api/v1/devices/own-1", "{\"gateway\": \"pump-1\"}").body())
        .contains("expected: a device that exists")
        .doesNotContain("beta");
    assertThat(
            call(token, "PATCH", "/api/v1/devices/own-1", "{\"group\": \"acme/south\"}")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void whoMaySuspendElsewhereMayNotHere() throws Exception {
    String token = token("w", "acme", "device.write", "fleet.read");
    String suspended = "{\"status\": \"suspended\"}";
    HttpResponse<String> refused = call(token, "PATCH", "/api/v1/devices/own-1", suspended);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("device.suspend");
    String named = "{\"name\": \"Own\", \"status\": \"registered\"}";
    assertThat(call(token, "PATCH", "/api/v1/devices/own-1", named).statusCode()).isEqualTo(200);

    fixture
        .registry
        .people()
        .add(
            new io.vagus.registry.People.NewUser(
                "eve",
                "",
                Optional.of(Fixture.PASSWORD),
                List.of(
                    new io.vagus.registry.RoleGrant(Role.OPERATOR, new GroupId("acme/south")),
                    new io.vagus.registry.RoleGrant(Role.RESPONDER, new GroupId("beta")))));
    move("own-1", "acme/south");
    HttpRequest.Builder allowed =
        fixture.signedIn("eve", "PATCH", "/api/v1/devices/own-1", "{\"status\": \"retired\"}");
    assertThat(Fixture.send(allowed.build()).statusCode()).isEqualTo(200);
  }

  @Test
  void groupsAreChangedBelowOnesOwnOnly() throws Exception {
    String token = token("a", "acme", "operator");
    String below = "{\"parent\": \"acme\"}";
    assertThat(call(token, "PUT", "/api/v1/groups/acme%2Fnew", below).statusCode()).isEqualTo(200);
    assertThat(call(token, "PUT", "/api/v1/groups/mine", "{}").statusCode()).isEqualTo(400);
    assertThat(call(token, "PUT", "/api/v1/groups/x", "{\"parent\": \"beta\"}").statusCode())
        .isEqualTo(400);
    assertThat(call(token, "PUT", "/api/v1/groups/beta%2Fnorth", below).body())
        .contains("is taken");
    assertThat(call(token, "DELETE", "/api/v1/groups/beta%2Fnorth", "").statusCode())
        .isEqualTo(404);
    assertThat(call(token, "DELETE", "/api/v1/groups/acme%2Fnew", "").statusCode()).isEqualTo(204);
    assertThat(call(token("v", "acme", "viewer"), "PUT", "/api/v1/groups/y", below).statusCode())
        .isEqualTo(403);
  }

  @Test
  void aGroupThatSomebodyHasRightsOnStays() throws Exception {
    group("empty", Optional.empty());
    String token = token("a", "empty", "viewer");
    HttpResponse<String> refused = fixture.call("DELETE", "/api/v1/groups/empty", "");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("0 users and 1 tokens have rights on it");
    assertThat(get(token, "/api/v1/devices")).contains("\"total\":0");
  }

  @Test
  void rightsAreHadOnGroupsThatExistAndDevicesArePutInto() throws Exception {
    fixture.registry.saveGroup(
        new Group(
            new GroupId("acme/old"),
            Optional.of(new GroupId("acme")),
            "",
            Optional.of(
                new Group.Query(Optional.empty(), Optional.empty(), Map.of("a", "b"), Map.of()))));
    for (String group : List.of("acme/old", UNHEARD_OF)) {
      String grant = "{\"role\": \"viewer\", \"group\": \"" + group + "\"}";
      assertThat(fixture.call("POST", "/api/v1/users/ada/grants", grant).statusCode())
          .as(group)
          .isEqualTo(400);
    }
    String grant = "{\"role\": \"viewer\", \"group\": \"acme\"}";
    assertThat(fixture.call("POST", "/api/v1/users/ada/grants", grant).statusCode()).isEqualTo(200);
  }

  @Test
  void aTokenIsMadeOnNoMoreThanItsMakerHas() throws Exception {
    String token = token("a", "acme", "operator");
    String wanted = "{\"name\": \"t\", \"scopes\": [\"viewer\"], \"group\": \"%s\"}";
    for (String group : List.of("all", "beta")) {
      assertThat(call(token, "POST", "/api/v1/tokens", wanted.formatted(group)).statusCode())
          .as(group)
          .isEqualTo(403);
    }
    HttpResponse<String> made =
        call(token, "POST", "/api/v1/tokens", wanted.formatted("acme/south"));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
  }

  @Test
  void theEventLogShowsTheEventsOfWhatIsSeen() throws Exception {
    String acme = token("a", "acme", "audit.read", "fleet.read");
    assertThat(get(acme, "/api/v1/events"))
        .contains("device:own-1", "group:acme")
        .doesNotContain("pump-1", "beta", "user:", "token:");
    assertThat(get(acme, "/api/v1/events?subject=device:pump-1"))
        .contains("\"items\":[]")
        .doesNotContain("next");
    List<Event> all =
        fixture.registry.events().events(EventLog.Filter.ALL, Optional.empty(), 1000).items();
    assertThat(all).hasSizeGreaterThan(5);
  }

  @Test
  void aDeviceThatLeavesIsSeenNoMore() throws Exception {
    String acme = token("a", "acme", "viewer");
    assertThat(get(acme, "/api/v1/devices/own-1")).contains("own-1");
    fixture.registry.updateDevice(
        new DeviceId("own-1"),
        DevicePatch.NOTHING.withStatus(io.vagus.model.Device.Status.IN_TRANSFER),
        OptionalLong.empty());
    move("own-1", "beta");
    assertThat(call(acme, "GET", "/api/v1/devices/own-1", "").statusCode()).isEqualTo(404);
    assertThat(get(acme, "/api/v1/devices")).contains("\"total\":0");
  }
}
