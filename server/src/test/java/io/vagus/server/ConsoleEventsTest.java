package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.testkit.ConsoleBrowser;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The event log in a real browser: of a device, and of who made the changes. */
@Timeout(120)
class ConsoleEventsTest {
  @TempDir Path folder;

  @Test
  void showsWhatHappenedToADeviceAndWhatSomebodyDid() {
    try (RunningServer server = RunningServer.start(folder.resolve("data"));
        ConsoleBrowser browser = new ConsoleBrowser(server.httpUrl())) {
      server.registerAll(2, "correct horse");
      server.patch(
          "/api/v1/devices/pump-1", "{\"site\": \"Plant 4\", \"status\": \"quarantined\"}");
      Page page = browser.open(1280, 900, ColorScheme.LIGHT);
      page.navigate(server.httpUrl());
      page.locator("#secret").fill(server.token());
      page.locator("button.main").click();
      page.locator(".figure .big").first().waitFor();

      page.navigate(server.httpUrl() + "/#/devices/pump-1");
      assertThat(page.locator("main")).containsText("quarantined");
      Locator changes = page.locator("section", new Page.LocatorOptions().setHasText("Changes"));
      assertThat(changes.locator("tbody tr")).hasCount(2);
      assertThat(changes.locator("tbody tr").first()).containsText("device quarantined");
      assertThat(changes.locator("tbody tr").first()).containsText("status, site");
      changes.locator("h2 a").click();
      assertThat(page.locator("main h1")).hasText("Events");
      assertThat(page.locator("tbody tr")).hasCount(2);

      page.locator("tbody a", new Page.LocatorOptions().setHasText("token:admin")).first().click();
      assertThat(page.locator("tbody")).containsText("pump-0");
      assertThat(page.url()).contains("actor=token");
      assertThat(ConsoleBrowser.barriers(page)).isEqualTo(List.of());
      page.screenshot(
          new Page.ScreenshotOptions()
              .setPath(
                  Path.of("")
                      .toAbsolutePath()
                      .getParent()
                      .resolve("dist/screenshots/events-log.png")));
      browser.requireNoComplaint();
    }
  }
}
