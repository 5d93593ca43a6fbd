package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the console offers is what the server would do: seen by who may little, and by who may some.
 */
@Timeout(120)
class RightsConsoleTest {
  @RegisterExtension
  static final ConsoleFixture CONSOLE = new ConsoleFixture(RightsConsoleTest::begin);

  /** What changes something, wherever it is. */
  private static final Duration BOUND = Duration.ofSeconds(20);

  private static final Pattern ACTS =
      Pattern.compile(
          "^(Approve|Relate|Suspend|Resume|Move|Breach|Change what|Send|Cancel|Delete|Rename|Replay|Make|Save"
              + "|Create|Revoke|Close|Declare|Take away|Refuse others|Allow others|New product"
              + "|Add a device|Once more|Move it here|Move out)");

  private final RunningServer server = CONSOLE.server();

  private static RunningServer begin(Path folder) {
    RunningServer server = RunningServer.start(folder.resolve("data"));
    server.post("/api/v1/products", "{\"id\": \"pump\", \"commands\": {\"restart\": {}}}");
    server.put("/api/v1/groups/acme", "{\"name\": \"Acme\"}");
    server.put("/api/v1/groups/acme%2Fnorth", "{\"name\": \"North\", \"parent\": \"acme\"}");
    server.put("/api/v1/groups/acme%2Fsouth", "{\"name\": \"South\", \"parent\": \"acme\"}");
    for (String place : List.of("north", "south")) {
      RunningServer.expect(
          201,
          server.post(
              "/api/v1/devices",
              "{\"id\": \"pump-%1$s\", \"product\": \"pump\", \"group\": \"acme/%1$s\","
                      .formatted(place)
                  + " \"secret\": \"correct horse\"}"));
    }
    server.telemetry("pump-north", "{\"temperature\": \"not a number\", \"x\": {}}");
    user(server, "vera", "{\"role\": \"viewer\"}");
    user(
        server,
        "otto",
        "{\"role\": \"viewer\", \"group\": \"acme\"}, {\"role\": \"operator\", \"group\":"
            + " \"acme/north\"}");
    return server;
  }

  private static void user(RunningServer server, String name, String grants) {
    RunningServer.expect(
        201,
        server.post(
            "/api/v1/users",
            "{\"name\": \"%s\", \"password\": \"a long walk home\", \"grants\": [%s]}"
                .formatted(name, grants)));
  }

  private Page signIn(String name) {
    Page page = CONSOLE.open();
    page.navigate(server.httpUrl());
    page.locator("#name").fill(name);
    page.locator("#secret").fill("a long walk home");
    page.locator("button.main").click();
    page.locator("#account").waitFor();
    return page;
  }

  private List<String> offered(Page page, String place, String wanted) {
    CONSOLE.go(page, place);
    page.locator(wanted).first().waitFor();
    return acts(page);
  }

  private static List<String> acts(Page page) {
    return page.locator("main button:visible, main a.button:visible").allTextContents().stream()
        .map(String::strip)
        .filter(text -> ACTS.matcher(text).find())
        .toList();
  }

  /** Place, and what is there once it is whole. */
  private static final Map<String, String> PLACES =
      Map.ofEntries(
          Map.entry("devices", "tbody a.id"),
          Map.entry("devices/pump-north", "v-commands .lacking, v-commands form"),
          Map.entry("groups/acme%2Fnorth", "tbody a.id"),
          Map.entry("products", "tbody a.id"),
          Map.entry("products/pump", "v-product section"),
          Map.entry("batches", "v-batches section"),
          Map.entry("tags", "v-tags .empty"),
          Map.entry("enrol", "v-enrol .lacking, v-enrol form"),
          Map.entry("enrol/pump-north?by=secret", "v-first-message section"),
          Map.entry("dead-letters", "tbody tr"));

  @Test
  void aViewerIsOfferedNothingThatWouldBeRefused() {
    Page page = signIn("vera");
    PLACES.forEach((place, wanted) -> assertThat(offered(page, place, wanted)).as(place).isEmpty());
    assertThat(page.locator("nav a[href='#/events']")).hasCount(0);
    assertThat(page.locator("nav a[href='#/people']")).hasCount(0);
    CONSOLE.go(page, "devices/pump-north");
    assertThat(page.locator("v-commands .lacking")).containsText("command.send");
    assertThat(page.locator("v-twin .lacking")).containsText("twin.write");
  }

  @Test
  void anAdminIsOfferedSomethingInEachOfThosePlaces() {
    Page page = CONSOLE.signIn();
    PLACES.forEach((place, wanted) -> {
      var unused = offered(page, place, wanted);
      eventually(BOUND, "something is offered at " + place, () -> !acts(page).isEmpty());
    });
  }

  @Test
  void whoMayOnOneGroupIsOfferedItThereOnly() {
    Page page = signIn("otto");
    CONSOLE.go(page, "devices/pump-north");
    assertThat(page.locator("button:has-text('Suspend')").first()).isVisible();
    assertThat(page.locator("v-commands form")).isVisible();
    CONSOLE.go(page, "devices/pump-south");
    assertThat(page.locator("v-commands .lacking")).isVisible();
    assertThat(page.locator("main button:has-text('Suspend')")).hasCount(0);
    assertThat(page.locator("nav a[href='#/ledger']")).hasCount(0);
  }
}
