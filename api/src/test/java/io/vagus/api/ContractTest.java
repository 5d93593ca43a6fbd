package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vagus.kit.ErrorCode;
import io.vagus.model.GroupId;
import io.vagus.registry.People.NewUser;
import io.vagus.registry.Right;
import io.vagus.registry.Role;
import io.vagus.registry.RoleGrant;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the running server against the document, both ways. */
@Timeout(60)
class ContractTest {
  private static JsonNode document;
  private static SchemaRegistry schemas;
  private static String text;

  /** For what is refused, and so changes nothing; all else has a server of its own. */
  private static Fixture shared;

  private Fixture fixture;

  /** An operation of the document. */
  record Operation(String path, String method, JsonNode node) {
    @Override
    public String toString() {
      return method.toUpperCase(Locale.ROOT) + " " + path;
    }
  }

  @BeforeAll
  static void readDocument() throws IOException {
    text = new String(Pages.read("openapi.json"), java.nio.charset.StandardCharsets.UTF_8);
    document = new ObjectMapper().readTree(text);
    schemas =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of("vagus:openapi", text)));
  }

  @BeforeAll
  static void startShared() {
    shared = Fixture.secured();
  }

  @AfterAll
  static void stopShared() {
    shared.close();
  }

  @BeforeEach
  void start(TestInfo test) {
    boolean refused = test.getTestMethod().orElseThrow().getName().startsWith("refuses");
    fixture = refused ? shared : Fixture.secured();
  }

  @AfterEach
  void stop() {
    if (fixture != shared) {
      fixture.close();
    }
  }

  /** Without those that lead to an OpenID provider, which OidcTest follows. */
  static List<Operation> operations() throws IOException {
    return all().stream().filter(op -> !op.path().startsWith(OidcRoutes.PATH)).toList();
  }

  private static List<Operation> all() throws IOException {
    readDocument();
    List<Operation> operations = new ArrayList<>();
    document
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(op ->
                    operations.add(new Operation(path.getKey(), op.getKey(), op.getValue()))));
    return operations;
  }

  @ParameterizedTest
  @MethodSource("operations")
  void answersAsDocumented(Operation op) throws Exception {
    // Its serial number is a random one.
    String path =
        pathHere(op, Optional.empty()).replace("/1d1d/", "/" + fixture.formerIssuer() + "/");
    String body = op.path().endsWith("/confirm") ? fixture.begunSecondFactor("ada") : body(op);
    HttpResponse<String> response = call(op, path, "", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(firstSuccess(op));
    assertDocumented(op, response);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void refusesWithoutTokenAsDocumented(Operation op) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(fixture.uri(pathHere(op, Optional.empty())))
            .method(op.method().toUpperCase(Locale.ROOT), HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> response = Fixture.send(request);
    if (op.node().get("security").isEmpty()) {
      assertThat(response.statusCode()).isEqualTo(op.node().has("requestBody") ? 415 : 200);
    } else {
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
      assertDocumented(op, response);
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void refusesAnotherScopeAsDocumented(Operation op) throws Exception {
    if (op.node().get("security").isEmpty()) {
      return;
    }
    String scope = op.node().at("/security/0/token/0").asText();
    List<String> others = new ArrayList<>(Arrays.stream(Right.values()).map(Right::label).toList());
    others.remove(scope);
    String token =
        fixture.token(
            "other-" + fixture.registry.tokens().all().size(), others.toArray(String[]::new));
    HttpResponse<String> response =
        Fixture.send(
            fixture
                .request(
                    op.method().toUpperCase(Locale.ROOT), pathHere(op, Optional.empty()), body(op))
                .setHeader("Authorization", "Bearer " + token)
                .build());
    assertThat(response.statusCode()).isEqualTo(403);
    assertDocumented(op, response);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void refusesUnknownQueryAsDocumented(Operation op) throws Exception {
    HttpResponse<String> response = call(op, pathHere(op, Optional.empty()), "?bogus=1", body(op));
    assertThat(response.statusCode()).isEqualTo(400);
    assertDocumented(op, response);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void saysNotFoundAsDocumented(Operation op) throws Exception {
    if (!op.node().get("responses").has("404")) {
      return;
    }
    HttpResponse<String> response = call(op, pathHere(op, Optional.of("unheard-of")), "", body(op));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
    assertDocumented(op, response);
  }

  @Test
  void documentsEveryRouteWithItsQueryAndRight() throws IOException {
    TreeSet<String> documented = new TreeSet<>();
    for (Operation op : all()) {
      TreeSet<String> query = new TreeSet<>();
      parameters(op, "query").forEach(p -> query.add(p.get("name").asText()));
      String scope =
          op.node().get("security").isEmpty()
              ? "none"
              : op.node().at("/security/0/token/0").asText();
      documented.add(op + " " + query + " " + scope);
    }
    TreeSet<String> served = new TreeSet<>();
    for (Route route : fixture.server.routes()) {
      served.add(
          route.method()
              + " "
              + route.template()
              + " "
              + documented(route)
              + " "
              + RouteRights.of(route).label());
    }
    assertThat(served).isEqualTo(documented);
  }

  /** Query names, without the word that stands for others, which are ignored. */
  private static TreeSet<String> documented(Route route) {
    TreeSet<String> names = new TreeSet<>(route.query());
    names.remove(Query.OTHERS);
    return names;
  }

  @Test
  void listsEveryErrorCode() {
    Set<String> codes = new TreeSet<>();
    document.at("/components/schemas/ErrorCode/enum").forEach(code -> codes.add(code.asText()));
    assertThat(codes)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ErrorCode.values()).map(ErrorCode::code).toList());
  }

  @Test
  void examplesAndReferencesHold() throws IOException {
    for (Operation op : operations()) {
      String example = body(op);
      if (!example.isEmpty()) {
        assertValid(
            pointer(op) + "/requestBody/content/application~1json/schema", example, op.toString());
      }
    }
    document
        .findValues("$ref")
        .forEach(
            ref -> assertThat(document.at(ref.asText().substring(1)).isMissingNode()).isFalse());
  }

  private HttpResponse<String> call(Operation op, String path, String query, String body)
      throws Exception {
    return read(request(op, path + query, body).build());
  }

  static HttpResponse<String> read(HttpRequest request) throws Exception {
    HttpResponse<InputStream> response = Fixture.CLIENT.send(request, BodyHandlers.ofInputStream());
    // A live stream has no end: its first bytes do.
    boolean live =
        response.headers().firstValue("Content-Type").orElse("").equals("text/event-stream");
    try (InputStream in = response.body()) {
      String all = new String(live ? in.readNBytes(12) : in.readAllBytes(), "UTF-8");
      return new ReadResponse(response, all);
    }
  }

  private HttpRequest.Builder request(Operation op, String path, String body) throws Exception {
    String method = op.method().toUpperCase(Locale.ROOT);
    if (op.path().startsWith("/api/v1/me/")) {
      return fixture.signedIn("ada", method, path, body);
    }
    if (op.path().endsWith("/approve")) { // by a person, who may
      fixture
          .registry
          .people()
          .add(
              new NewUser(
                  "bert",
                  "Bert L.",
                  Optional.of(Fixture.PASSWORD),
                  List.of(new RoleGrant(Role.OPERATOR, GroupId.ALL))));
      return fixture.signedIn("bert", method, path, body);
    }
    return fixture.request(method, path, body).header("X-Vagus-Console", "1");
  }

  private void assertDocumented(Operation op, HttpResponse<String> response) {
    String status = Integer.toString(response.statusCode());
    JsonNode documented = op.node().get("responses").get(status);
    assertThat(documented).as(op + " documents " + status).isNotNull();
    String pointer = pointer(op) + "/responses/" + status;
    if (documented.has("$ref")) {
      pointer = documented.get("$ref").asText().substring(1);
      documented = document.at(pointer);
    }
    String type =
        response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "").strip();
    if (!documented.has("content")) {
      assertThat(type).isEmpty();
      assertThat(response.body()).isEmpty();
      return;
    }
    assertThat(documented.get("content").has(type)).as(op + " documents " + type).isTrue();
    if (type.endsWith("/json") || type.endsWith("+json")) {
      assertValid(
          pointer + "/content/" + type.replace("/", "~1") + "/schema",
          response.body(),
          op.toString());
    }
  }

  private static void assertValid(String pointer, String json, String what) {
    Schema schema = schemas.getSchema(SchemaLocation.of("vagus:openapi#" + pointer));
    assertThat(schema.validate(json, com.networknt.schema.InputFormat.JSON))
        .as(what + " " + json)
        .isEmpty();
  }

  private static String pointer(Operation op) {
    return "/paths/" + op.path().replace("/", "~1") + "/" + op.method();
  }

  private static int firstSuccess(Operation op) {
    return Integer.parseInt(op.node().get("responses").fieldNames().next());
  }

  private static List<JsonNode> parameters(Operation op, String in) {
    List<JsonNode> found = new ArrayList<>();
    op.node()
        .path("parameters")
        .forEach(p -> {
          JsonNode parameter = p.has("$ref") ? document.at(p.get("$ref").asText().substring(1)) : p;
          if (parameter.get("in").asText().equals(in)) {
            found.add(parameter);
          }
        });
    return found;
  }

  private String pathHere(Operation op, Optional<String> instead) {
    return switch (op.toString()) {
      // A product with devices cannot be deleted.
      case "DELETE /api/v1/products/{id}" -> path(op, Optional.of(instead.orElse("spare")));
      case "DELETE /api/v1/tokens/{id}" ->
          path(op, instead.or(() -> Optional.of(fixture.registry.tokens().all().getLast().id())));
      case "POST /api/v1/commands/{command}/approve" ->
          path(op, Optional.of(instead.orElse("c0de")));
      default -> path(op, instead);
    };
  }

  /** The path with the document's examples in place of its parameters. */
  static String path(Operation op, Optional<String> instead) {
    String path = op.path();
    for (JsonNode parameter : parameters(op, "path")) {
      String example = parameter.get("example").asText();
      path = path.replace("{" + parameter.get("name").asText() + "}", instead.orElse(example));
    }
    return path;
  }

  /** The document's example of the thing that the path names first. */
  static String firstParameter(Operation op) {
    return parameters(op, "path").getFirst().get("example").asText();
  }

  static String body(Operation op) {
    JsonNode json = op.node().at("/requestBody/content/application~1json");
    if (json.isMissingNode()) {
      return "";
    }
    JsonNode schema = json.get("schema");
    return json.has("example")
        ? json.get("example").toString()
        : document.at(schema.get("$ref").asText().substring(1)).get("example").toString();
  }
}
