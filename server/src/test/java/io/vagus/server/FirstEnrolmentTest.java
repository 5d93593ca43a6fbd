package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Devices that have nothing yet get their first credential over HTTPS, with curl and openssl as
 * they would, and send with it.
 */
class FirstEnrolmentTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir Path folder;
  private TestAuthority ca;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    ca = TestAuthority.make(folder);
    server = ca.serve();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private JsonNode made(String path, String body) {
    HttpResponse<String> answer = server.post("/api/v1/enrolment/" + path, body);
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    return JSON.readTree(answer.body());
  }

  private String token(String order) {
    return made("tokens", order).at("/items/0/token").asText();
  }

  private void batch(String id, String members) {
    made("batches", "{\"id\":\"%s\",\"product\":\"pump\"}".formatted(id));
    made("batches/" + id + "/members", "{\"members\":[" + members + "]}");
  }

  private Command run(String command) throws Exception {
    return Command.run(folder, Map.of(), "bash", "-c", command);
  }

  private String curl(String path, String more) throws Exception {
    return run("curl -s -w ' %%{http_code}' --cacert data/tls/server.crt %s https://localhost:%d%s"
            .formatted(more, server.port("https"), path))
        .succeeded();
  }

  /** {@code POST /enrol} with what the client shows. */
  private String enrol(String shown, String device) throws Exception {
    run("jq=$(python3 -c 'import json,sys; print(json.dumps({\"device\": sys.argv[1], \"csr\": open(sys.argv[1] + \".csr\").read()}))' %s); echo \"$jq\" > %s.json"
            .formatted(device, device))
        .succeeded();
    return curl(
        "/enrol",
        shown + " -H 'Content-Type: application/json' --data-binary @" + device + ".json");
  }

  private String est(String shown, String device) throws Exception {
    return curl(
        "/.well-known/est/simpleenroll",
        shown + " -H 'Content-Type: application/pkcs10' --data-binary @" + device + ".csr");
  }

  private static String bearer(String token) {
    return "-H 'Authorization: Bearer " + token + "'";
  }

  private static String shows(String name) {
    return "--cert %s.crt --key %s.key".formatted(name, name);
  }

  private void keep(String answer, String device) throws Exception {
    assertThat(answer).endsWith(" 201");
    JsonNode json = JSON.readTree(answer.substring(0, answer.length() - 4));
    Files.writeString(folder.resolve(device + ".crt"), json.path("certificate").asText());
  }

  private void publishes(String device) throws Exception {
    run(("mosquitto_pub -V 5 -h localhost -p %d --cafile data/tls/server.crt --cert %s.crt --key"
                + " %s.key -q 1 -t v1/%s/telemetry -m '{\"temperature\": 21.5}' 2>&1")
            .formatted(server.port("mqtts"), device, device, device))
        .succeeded();
  }

  @Test
  void aTokenBringsADeviceThatWasNeverRegisteredToItsFirstMessage() throws Exception {
    String token = token("{\"device\":\"pump-7\",\"product\":\"pump\",\"lifetime\":\"1h\"}");
    ca.request("pump-7");
    keep(enrol(bearer(token), "pump-7"), "pump-7");
    publishes("pump-7");
    server.requireAccepted(1);

    ca.request("pump-7");
    assertThat(enrol(bearer(token), "pump-7"))
        .contains("enrolment-refused", "token-used: ")
        .endsWith(" 403");
    assertThat(server.get("/api/v1/enrolment/tokens").at("/items/0/usedBy").asText())
        .isEqualTo("pump-7");
    assertThat(Files.readString(folder.resolve("pump-7.json"))).doesNotContain(token);
  }

  @Test
  void aTokenIsTakenInThePasswordsPlaceByEst() throws Exception {
    batch("march", "{\"device\":\"pump-7\"},{\"device\":\"pump-8\"}");
    String token = token("{\"batch\":\"march\"}");
    ca.request("pump-7");
    ca.request("stray-1");
    assertThat(est("-u 'anybody:" + token + "'", "stray-1"))
        .contains("not-listed: ")
        .endsWith(" 403");
    assertThat(est("-u 'anybody:" + token + "'", "pump-7")).endsWith(" 200");
    assertThat(server.get("/api/v1/enrolment/batches/march").path("enrolled").asInt()).isOne();
  }

  @Test
  void aSimpleDeviceGetsASecretAndSendsWithIt() throws Exception {
    String token = token("{\"device\":\"pump-7\",\"product\":\"pump\"}");
    String answer =
        curl(
            "/enrol",
            bearer(token) + " -H 'Content-Type: application/json' -d '{\"device\": \"pump-7\"}'");
    assertThat(answer).endsWith(" 201");
    String secret = JSON.readTree(answer.substring(0, answer.length() - 4)).path("secret").asText();
    run("mosquitto_pub -p %d -u pump-7 -P '%s' -q 1 -t v1/pump-7/telemetry -m '{\"temperature\": 1}'"
            .formatted(server.port("mqtt"), secret))
        .succeeded();
    server.requireAccepted(1);
  }

  @Test
  void guessesOfTokensWaitAndAreShownWithTheirAddress() throws Exception {
    String token = token("{\"device\":\"pump-7\",\"product\":\"pump\"}");
    String guess = token.substring(0, 21) + "A".repeat(43);
    ca.request("pump-7");
    boolean waited = false;
    for (int i = 0; i < 20 && !waited; i++) {
      String answer = enrol(bearer(guess), "pump-7");
      waited = answer.contains("too many wrong tokens") && answer.endsWith(" 429");
      assertThat(waited || answer.endsWith(" 401")).as(answer).isTrue();
    }
    assertThat(waited).isTrue();
    assertThat(server.get("/api/v1/refusals").path("items").toString())
        .contains("\"token-unknown: ", "\"127.0.0.1\"");
  }

  @Test
  void aTokenIsNotTakenWhereItCouldBeOverheard() throws Exception {
    String token = token("{\"device\":\"pump-7\",\"product\":\"pump\"}");
    String plain =
        "curl -s -w ' %%{http_code}' %s -H 'Content-Type: application/json' -d '{\"device\": \"pump-7\"}' %s/enrol"
            .formatted(bearer(token), server.httpUrl());
    assertThat(run(plain).output()).contains("expected: https").endsWith(" 403");
  }

  @Test
  void aClaimCertificateOpensEnrolmentAndNothingElse() throws Exception {
    batch("march", "{\"device\":\"pump-7\"}");
    ca.request("march");
    String csr = JSON.writeValueAsString(Files.readString(folder.resolve("march.csr")));
    JsonNode claim = made("batches/march/claims", "{\"csr\":" + csr + "}");
    Files.writeString(folder.resolve("march.crt"), claim.path("certificate").asText());

    assertThat(
            run(("mosquitto_pub -V 5 -h localhost -p %d --cafile data/tls/server.crt --cert"
                        + " march.crt --key march.key -q 1 -t v1/pump-7/telemetry -m '{}' 2>&1")
                    .formatted(server.port("mqtts")))
                .output())
        .contains("Not authorized");
    assertThat(curl("/v1/pump-7/telemetry", shows("march") + " -d '{}'"))
        .contains("opens enrolment only")
        .endsWith(" 403");

    ca.request("pump-7");
    ca.request("stray-1");
    assertThat(est(shows("march"), "stray-1")).contains("not-listed: ").endsWith(" 403");
    keep(enrol(shows("march"), "pump-7"), "pump-7");
    publishes("pump-7");
    server.requireDecided(Map.of("accepted", 1));
    eventually(
        Duration.ofSeconds(10),
        "its onboarding is complete",
        () -> onboarding().path("accepted").asInt() == 1);
    onboarding().path("steps").forEach(step -> assertThat(step.path("count").asInt()).isOne());
    assertThat(onboarding().path("manual").toString()).contains("claim: ");
    ca.request("pump-7");
    assertThat(enrol(shows("march"), "pump-7")).contains("enrolled-already: ").endsWith(" 403");

    RunningServer.expect(
        200,
        server.post(
            "/api/v1/enrolment/batches/march/claims/%s/revoke"
                .formatted(claim.path("serial").asText()),
            "{\"reason\":\"key-compromise\"}"));
    assertThat(enrol(shows("march"), "pump-7")).contains("certificate-revoked").endsWith(" 403");
  }

  private JsonNode onboarding() {
    return server.get("/api/v1/enrolment/batches/march").path("onboarding");
  }

  @Test
  void hardwareShowsItsVendorsIdentityAndGetsItsOwn() throws Exception {
    ca.openssl(
        "vendor",
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout vendor.key"
            + " -subj /CN=Vendor -days 9000 -out vendor.crt; openssl req -new -newkey ec -pkeyopt"
            + " ec_paramgen_curve:P-256 -nodes -keyout idevid.key -subj /serialNumber=SN-4711 -out"
            + " idevid.csr; openssl x509 -req -in idevid.csr -CA vendor.crt -CAkey vendor.key -days"
            + " 9000 -out idevid.crt -extfile <(echo keyUsage=critical,digitalSignature)");
    String root = JSON.writeValueAsString(Files.readString(folder.resolve("vendor.crt")));
    assertThat(curlFails(shows("idevid"))).as("before its vendor is known").isTrue();
    made("batches", "{\"id\":\"meters\",\"product\":\"pump\",\"vendorRoot\":" + root + "}");
    made(
        "batches/meters/members",
        "{\"members\":[{\"device\":\"pump-7\",\"serialNumber\":\"SN-4711\"}]}");

    assertThat(curl("/v1/pump-7/telemetry", shows("idevid") + " -d '{}'"))
        .contains("opens enrolment only")
        .endsWith(" 403");
    ca.request("pump-7");
    ca.request("pump-8");
    assertThat(enrol(shows("idevid"), "pump-8")).contains("other-device: ").endsWith(" 403");
    keep(enrol(shows("idevid"), "pump-7"), "pump-7");
    publishes("pump-7");
    server.requireDecided(Map.of("accepted", 1));
  }

  private boolean curlFails(String shown) throws Exception {
    return run("curl -s --cacert data/tls/server.crt %s -d '{}' https://localhost:%d/v1/pump-7/telemetry"
                .formatted(shown, server.port("https")))
            .exitCode()
        != 0;
  }
}
