package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.vagus.testkit.ConsoleBrowser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a device is and what it is wanted to be, in the console. */
@Timeout(120)
class TwinConsoleTest {
  private static final String VALVE =
      """
      {"id": "valve", "commands": {"restart": {},
       "set": {"arguments": {"position": {"type": "integer", "min": 0, "max": 100, "unit": "%"}},
               "required": ["position"],
               "effect": {"field": "/position", "argument": "position"}}}}
      """;

  @RegisterExtension
  static final ConsoleFixture CONSOLE =
      new ConsoleFixture(folder -> RunningServer.start(folder.resolve("data"), "open=true"));

  private final RunningServer server = CONSOLE.server();
  private final Page page = CONSOLE.open();

  @Test
  void whatIsDesiredIsChangedAndAConflictIsShown() throws Exception {
    server.post("/api/v1/products", "{\"id\": \"pump\"}");
    server.post("/api/v1/devices", "{\"id\": \"pump-1\", \"product\": \"pump\"}");
    String reported = "pump-1/twin/reported";
    device(server, "POST", reported, "{\"mode\": \"on\", \"valve\": {\"position\": 40}}");
    page.navigate(server.httpUrl() + "/#/devices/pump-1");
    Locator twin = page.locator("v-twin");
    assertThat(row(twin, "valve › position")).containsText("only reported");

    change(twin, "{\"mode\": \"eco\", \"valve\": {\"position\": 40}}");
    assertThat(row(twin, "valve › position")).containsText("follows");
    assertThat(row(twin, "mode")).containsText("differs");
    device(server, "POST", reported, "{\"desiredVersion\": 1, \"reported\": {\"mode\": \"eco\"}}");
    assertThat(twin.locator(".state")).containsText("follows");
    assertThat(ConsoleBrowser.barriers(page)).isEmpty();

    twin.locator("button:has-text('Change what is desired')").click();
    server.patch("/api/v1/devices/pump-1/twin/desired", "{\"mode\": \"boost\"}");
    twin.locator("#desired").fill("{\"mode\": \"eco\", \"valve\": {\"position\": 60}}");
    twin.locator("button:has-text('Save')").click();
    Locator told = twin.locator("#desired-note");
    assertThat(told).containsText("Meanwhile somebody made version 2: mode = boost.");
    assertThat(told).containsText("You change valve › position = 60.");
    CONSOLE.browser().requireComplaint("status of 412");
    twin.locator("button:has-text('Save')").click();
    assertThat(row(twin, "mode")).containsText("boost");
    assertThat(row(twin, "valve › position")).containsText("60");
    assertThat(server.get("/api/v1/devices/pump-1/twin").path("version").asInt()).isEqualTo(3);

    twin.locator("summary").click();
    twin.locator("button:has-text('Show')").last().click();
    Locator then = twin.locator(".then");
    assertThat(then).containsText("eco");
    assertThat(then).not().containsText("60");
    twin.locator("input[type=range]").focus();
    page.keyboard().press("End");
    assertThat(then).containsText("60");
  }

  @Test
  void aCommandIsSentAndItsStatesAreSeenAsTheyCome() throws Exception {
    RunningServer.expect(201, server.post("/api/v1/products", VALVE));
    server.post("/api/v1/devices", "{\"id\": \"valve-1\", \"product\": \"valve\"}");
    page.navigate(server.httpUrl() + "/#/devices/valve-1");
    Locator commands = page.locator("v-commands");
    commands.locator("#command").selectOption("set");
    commands.locator("input[name=position]").fill("70");
    commands.locator("button.main").click();
    Locator first = commands.locator("tbody tr").first();
    assertThat(first).containsText("position=70");
    assertThat(first).containsText("queued");

    String polled = device(server, "GET", "valve-1/commands?wait=5", "");
    JsonNode sent = JsonMapper.shared().readTree(polled).path(0);
    assertThat(first).containsText("sent");
    String answers = "valve-1/commands/" + sent.path("id").asString();
    String seq = "{\"seq\": " + sent.path("seq").asLong();
    device(server, "POST", answers + "/ack", seq + "}");
    assertThat(first).containsText("acknowledged");
    device(server, "POST", answers + "/result", seq + ", \"status\": \"succeeded\"}");
    device(server, "POST", "valve-1/twin/reported", "{\"position\": 70}");
    assertThat(first).containsText("succeeded");

    commands.locator("#command").selectOption("restart");
    commands.locator("button.main").click();
    first.locator("button:has-text('Cancel')").click();
    assertThat(first).containsText("cancelled");
    assertThat(ConsoleBrowser.barriers(page)).isEmpty();
  }

  @Test
  void theLogOfTheFleetIsNarrowedAndFollowsWhatHappens() throws Exception {
    RunningServer.expect(201, server.post("/api/v1/products", VALVE.replace("valve", "gate")));
    for (int n = 1; n <= 2; n++) {
      server.post("/api/v1/devices", "{\"id\": \"gate-%d\", \"product\": \"gate\"}".formatted(n));
      ask("gate-" + n, 10 * n);
    }
    CONSOLE.go(page, "commands?product=gate");
    Locator rows = page.locator("v-command-log tbody tr");
    assertThat(rows).hasCount(2);
    assertThat(rows.first()).containsText("position=20");
    ask("gate-1", 30);
    assertThat(rows).hasCount(3);
    assertThat(rows.first()).containsText("position=30");
    device(server, "GET", "gate-1/commands?wait=5", "");
    assertThat(page.locator("tr:has-text('position=10')")).containsText("sent");

    page.locator("v-command-log select").first().selectOption("queued");
    assertThat(rows).hasCount(2);
    rows.first().locator("button:has-text('Cancel')").click();
    assertThat(rows.first()).containsText("cancelled");
    CONSOLE.go(page, "commands?issuer=user%3Anobody");
    assertThat(page.locator(".empty")).containsText("No command fits.");
  }

  @Test
  void manyAreAskedAtOnceAndWhoDidNotDoItIsListed() throws Exception {
    RunningServer.expect(201, server.post("/api/v1/products", VALVE.replace("valve", "lock")));
    for (int n = 1; n <= 3; n++) {
      server.post("/api/v1/devices", "{\"id\": \"lock-%d\", \"product\": \"lock\"}".formatted(n));
    }
    CONSOLE.go(page, "bulk");
    page.locator("#product").selectOption("lock");
    page.locator("#name").selectOption("restart");
    page.locator("#rate").fill("1000");
    page.locator("button:has-text('Ask them')").click();
    Locator devices = page.locator("tbody tr");
    assertThat(devices).hasCount(3);
    assertThat(devices.first()).containsText("queued");

    JsonNode sent =
        JsonMapper.shared().readTree(device(server, "GET", "lock-2/commands?wait=5", "")).path(0);
    String answers = "lock-2/commands/" + sent.path("id").asString();
    String seq = "{\"seq\": " + sent.path("seq").asLong();
    device(server, "POST", answers + "/result", seq + ", \"status\": \"succeeded\"}");
    assertThat(page.locator(".facts")).containsText("1 of 3");
    page.locator("button:has-text('Cancel …')").click();
    page.locator("dialog[open] button.main").click();
    page.locator(".choices a:has-text('Not as it should')").click();
    assertThat(devices).hasCount(2);
    assertThat(devices.first()).containsText("cancelled");
    CONSOLE.go(page, "bulk");
    assertThat(page.locator("tbody tr").first()).containsText("1 of 3");
  }

  @Test
  void aDeviceIsRelatedToAnotherAndTheGraphIsDrawn() {
    server.post("/api/v1/products", "{\"id\": \"tank\"}");
    for (int n = 1; n <= 2; n++) {
      server.post("/api/v1/devices", "{\"id\": \"tank-%d\", \"product\": \"tank\"}".formatted(n));
    }
    CONSOLE.go(page, "devices/tank-1");
    Locator relations = page.locator("v-relations");
    relations.locator("select[name=how]").selectOption("feeds out");
    relations.locator("input[name=other]").fill("tank-2");
    relations.locator("button:has-text('Relate')").click();
    assertThat(relations.locator("svg")).hasAttribute("aria-label", "tank-1 feeds tank-2");
    relations.locator("svg a").click();
    assertThat(page.locator("main h1")).hasText("tank-2");
    assertThat(relations.locator("svg")).hasAttribute("aria-label", "tank-2 is fed by tank-1");
    relations.locator("summary").click();
    relations.locator("button:has-text('Take away')").click();
    assertThat(relations.locator(".empty")).containsText("It is related to nothing.");
  }

  private void ask(String id, int position) {
    RunningServer.expect(
        202,
        server.post(
            "/api/v1/devices/" + id + "/commands",
            "{\"name\": \"set\", \"arguments\": {\"position\": %d}}".formatted(position)));
  }

  /** As the device would, which shows nothing on an open server. */
  private static String device(RunningServer server, String method, String path, String body)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.httpUrl() + "/v1/" + path))
              .header("Content-Type", "application/json")
              .method(
                  method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static Locator row(Locator twin, String field) {
    return twin.locator("tr", new Locator.LocatorOptions().setHasText(field));
  }

  private static void change(Locator twin, String desired) {
    twin.locator("button:has-text('Change what is desired')").click();
    twin.locator("#desired").fill("{");
    twin.locator("button:has-text('Save')").click();
    assertThat(twin.locator("#desired-note")).containsText("This is no JSON");
    twin.locator("#desired").fill(desired);
    twin.locator("button:has-text('Save')").click();
    assertThat(twin.locator("#desired")).hasCount(0);
  }
}
