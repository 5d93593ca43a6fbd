package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.testkit.ConsoleBrowser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a device is and what it is wanted to be, in the console. */
@Timeout(120)
class TwinConsoleTest {
  @TempDir Path folder;

  @Test
  void whatIsDesiredIsChangedAndAConflictIsShown() {
    try (RunningServer server = RunningServer.start(folder.resolve("data"), "open=true");
        ConsoleBrowser browser = new ConsoleBrowser(server.httpUrl())) {
      server.post("/api/v1/products", "{\"id\": \"pump\"}");
      server.post("/api/v1/devices", "{\"id\": \"pump-1\", \"product\": \"pump\"}");
      server.post("/v1/pump-1/twin/reported", "{\"mode\": \"on\", \"valve\": {\"position\": 40}}");
      Page page = browser.open(1280, 900, ColorScheme.LIGHT);
      page.navigate(server.httpUrl() + "/#/devices/pump-1");
      Locator twin = page.locator("v-twin");
      assertThat(row(twin, "valve › position")).containsText("only reported");

      change(twin, "{\"mode\": \"eco\", \"valve\": {\"position\": 40}}");
      assertThat(row(twin, "valve › position")).containsText("follows");
      assertThat(row(twin, "mode")).containsText("differs");
      server.post("/v1/pump-1/twin/reported", "{\"desiredVersion\": 1, \"reported\": {\"mode\": \"eco\"}}");
      assertThat(twin.locator(".state")).containsText("follows");
      assertThat(ConsoleBrowser.barriers(page)).isEmpty();

      twin.locator("button:has-text('Change what is desired')").click();
      server.patch("/api/v1/devices/pump-1/twin/desired", "{\"mode\": \"boost\"}");
      twin.locator("#desired").fill("{\"mode\": \"eco\", \"valve\": {\"position\": 60}}");
      twin.locator("button:has-text('Save')").click();
      Locator told = twin.locator("#desired-note");
      assertThat(told).containsText("Meanwhile somebody made version 2: mode = boost.");
      assertThat(told).containsText("You change valve › position = 60.");
      browser.requireComplaint("status of 412");
      twin.locator("button:has-text('Save')").click();
      assertThat(row(twin, "mode")).containsText("boost");
      assertThat(row(twin, "valve › position")).containsText("60");
      assertThat(server.get("/api/v1/devices/pump-1/twin").path("version").asInt()).isEqualTo(3);

      twin.locator("summary").click();
      twin.locator("button:has-text('Show')").last().click();
      assertThat(twin.locator("pre")).containsText("eco");
      browser.requireNoComplaint();
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
