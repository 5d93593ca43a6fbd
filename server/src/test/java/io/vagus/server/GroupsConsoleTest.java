package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.vagus.testkit.ConsoleBrowser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups as a tree in the console: made, filled, asked for by a query, and emptied. */
@Timeout(120)
class GroupsConsoleTest {
  @RegisterExtension
  static final ConsoleFixture CONSOLE =
      new ConsoleFixture(folder -> RunningServer.start(folder.resolve("data"), "open=true"));

  private final RunningServer server = CONSOLE.server();
  private final Page page = CONSOLE.open();

  @Test
  void devicesAreMovedAboutATreeAndFoundByAQuery() {
    server.post("/api/v1/products", "{\"id\": \"pump\"}");
    for (int n = 1; n <= 3; n++) {
      RunningServer.expect(
          201,
          server.post(
              "/api/v1/devices",
              "{\"id\": \"pump-%d\", \"product\": \"pump\", \"firmwareVersion\": \"%d.0\"}"
                  .formatted(n, n % 2)));
    }
    page.navigate(server.httpUrl() + "/#/groups");
    make(page, "acme", "Acme");
    make(page, "north", "North");
    assertThat(page.locator(".tree a[aria-current=true]")).hasText("North");
    for (String device : new String[] {"pump-1", "pump-2"}) {
      page.locator("input[name=device]").fill(device);
      page.locator("button:has-text('Move it here')").click();
      assertThat(page.locator(".note.good")).containsText(device + " is in North now");
    }
    assertThat(page.locator("tbody a.id")).hasText(new String[] {"pump-1", "pump-2"});

    page.locator(".tree a:has-text('Acme')").click();
    page.locator("summary:has-text('meet a query')").click();
    Locator query = page.locator("#new-query");
    query.fill("firmwareVersion");
    assertThat(page.locator("details p[role=status]")).containsText("is no condition");
    query.fill("firmwareVersion = 1.0");
    assertThat(page.locator("details p[role=status]")).hasText("It finds 1 device now.");
    make(page, "old", "Old firmware");
    assertThat(page.locator("tbody a.id")).hasText(new String[] {"pump-1"});
    page.locator("#query").fill("firmwareVersion = 0.0");
    page.locator("button:has-text('Save')").click();
    assertThat(page.locator("tbody a.id")).hasText(new String[] {"pump-2"});
    assertThat(ConsoleBrowser.barriers(page)).isEmpty();

    page.locator("tbody a.id").click();
    page.locator("v-move > button").click();
    page.locator("v-move select").selectOption("acme");
    page.locator("v-move dialog button.main").click();
    assertThat(page.locator(".facts a[href='#/groups/acme']")).isVisible();
    page.navigate(server.httpUrl() + "/#/groups/acme%2Fnorth");
    page.locator("button[aria-label='Move pump-1 out of North']").click();
    assertThat(page.locator(".empty")).containsText("No device is in it.");
    page.locator("button:has-text('Delete')").first().click();
    page.locator("dialog[open] button.main").click();
    assertThat(page.locator(".tree a")).hasText(new String[] {"Acme", "Old firmware"});
    assertThat(server.get("/api/v1/devices?group=acme").path("total").asInt()).isEqualTo(2);
  }

  @Test
  void tagsAreDeclaredAndWhoDoesNotFitIsListed() {
    server.post("/api/v1/products", "{\"id\": \"lamp\"}");
    for (String site : new String[] {"north", "nroth"}) {
      RunningServer.expect(
          201,
          server.post(
              "/api/v1/devices",
              "{\"id\": \"lamp-%1$s\", \"product\": \"lamp\", \"tags\": {\"site\": \"%1$s\"}}"
                  .formatted(site)));
    }
    CONSOLE.go(page, "tags");
    page.locator("#key").fill("site");
    page.locator("#meaning").fill("Where it hangs");
    page.locator("#values").fill("north\nsouth");
    page.locator("button:has-text('Declare it')").click();
    assertThat(page.locator(".note.good")).containsText("site is declared");
    assertThat(page.locator("table").first()).containsText("Where it hangs");
    assertThat(page.locator("table").last()).containsText("lamp-nroth");
    assertThat(page.locator("table").last()).not().containsText("lamp-north");

    page.locator("button[aria-label='Change site']").click();
    page.locator("#values").fill("north\nsouth\nnroth");
    page.locator("button:has-text('Save')").click();
    assertThat(page.locator(".empty")).containsText("Every device fits.");
    page.locator("button[aria-label='Take site away']").click();
    assertThat(page.locator(".empty").first()).containsText("No tag is declared.");
    page.locator("button:has-text('Refuse others')").click();
    assertThat(page.locator("main")).containsText("Others are refused.");
    page.locator("button:has-text('Allow others')").click();
    assertThat(page.locator("main")).containsText("Others are allowed too.");
  }

  private static void make(Page page, String id, String name) {
    page.locator("form.model #id").fill(id);
    page.locator("form.model #name").fill(name);
    page.locator("button:has-text('Make it')").click();
    assertThat(page.locator(".tree a[aria-current=true]")).hasText(name);
  }
}
