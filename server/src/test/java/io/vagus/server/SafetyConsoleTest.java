package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.vagus.server.RunningServer.expect;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What people see of interlocks, approvals and a device's own log, in the console. */
@Timeout(120)
class SafetyConsoleTest {
  private static final String PRESS =
      """
      {"id": "press", "metrics": {"pressure": {"unit": "bar"}}, "commands": {
       "wipe": {"approval": "two-person"},
       "move": {"interlocks": [{"id": "overpressure", "expression": "readings.pressure.value < 8",
                                "message": "The line is under pressure"}]}}}
      """;

  @RegisterExtension
  static final ConsoleFixture CONSOLE = new ConsoleFixture(SafetyConsoleTest::begin);

  private final RunningServer server = CONSOLE.server();

  private static RunningServer begin(Path folder) throws Exception {
    RunningServer server = RunningServer.start(folder.resolve("data"));
    expect(201, server.post("/api/v1/products", PRESS));
    for (String device : List.of("wiped", "moved", "pulled")) {
      expect(
          201,
          server.post(
              "/api/v1/devices",
              "{\"id\": \"%s\", \"product\": \"press\", \"secret\": \"correct horse\"}"
                  .formatted(device)));
    }
    for (String name : List.of("anna", "bert")) {
      Person.of(server, name, "operator");
    }
    return server;
  }

  private Page signIn(String name) {
    Page page = CONSOLE.open();
    page.navigate(server.httpUrl());
    page.locator("#name").fill(name);
    page.locator("#secret").fill(Person.PASSWORD);
    page.locator("button.main").click();
    page.locator("#account").waitFor();
    return page;
  }

  /** Its row, the newest. */
  private static Locator ask(Page page, String device, String command) {
    CONSOLE.go(page, "devices/" + device);
    Locator commands = page.locator("v-commands");
    commands.locator("#command").selectOption(command);
    commands.locator("form button.main").click();
    return commands.locator("tbody tr").first();
  }

  @Test
  void twoPeopleApproveAndOneIsNotTwo() {
    Page anna = signIn("anna");
    Locator hers = ask(anna, "wiped", "wipe");
    assertThat(hers).containsText("awaiting approval");
    hers.locator("button:has-text('Approve')").click();
    assertThat(hers).containsText("approved, 1 of 2");
    hers.locator("button:has-text('Approve')").click();
    assertThat(anna.locator("v-commands [role=alert]")).containsText("another person");
    CONSOLE.browser().requireComplaint("status of 409");

    Page bert = signIn("bert");
    CONSOLE.go(bert, "commands?state=awaiting-approval");
    bert.locator("tbody tr:has-text('wipe') button:has-text('Approve')").click();
    assertThat(hers).containsText("queued");
    assertThat(hers.locator("button:has-text('Approve')")).hasCount(0);
  }

  @Test
  void whatARefusedCommandSawIsShown() {
    expect(200, server.telemetry("moved", "{\"pressure\": 12.5}"));
    Page anna = signIn("anna");
    CONSOLE.go(anna, "devices/moved");
    assertThat(anna.locator("main")).containsText("12.5");

    Locator refused = ask(anna, "moved", "move");

    assertThat(anna.locator("v-commands [role=alert]")).containsText("The line is under pressure");
    CONSOLE.browser().requireComplaint("status of 409");
    assertThat(refused).containsText("refused");
    assertThat(refused).containsText("The line is under pressure");
    refused.locator("summary").click();
    assertThat(refused.locator("pre")).containsText("12.5");
  }

  @Test
  void aPulledLogIsShownAsLines() throws Exception {
    Page anna = signIn("anna");
    Locator pull = ask(anna, "pulled", "log.pull");
    assertThat(pull).containsText("log.pull");
    JsonNode sent =
        JsonMapper.shared()
            .readTree(server.asDevice("pulled", "GET", "/v1/pulled/commands?wait=5", "").body())
            .path(0);
    server.asDevice(
        "pulled",
        "POST",
        "/v1/pulled/commands/" + sent.path("id").asString() + "/result",
        """
        {"seq": %d, "status": "succeeded", "output": {"lines": [
          {"seq": 7, "time": "2026-11-26T02:00:00Z", "level": "warn", "message": "Oil is low"}],
         "next": 7}}
        """
            .formatted(sent.path("seq").asLong()));
    pull.locator("summary").click();
    assertThat(pull.locator("pre")).containsText("2026-11-26T02:00:00Z warn  Oil is low");
    assertThat(pull).containsText("before = 7");
  }
}
