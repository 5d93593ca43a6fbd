package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The inventory in the console: what is counted opens what it counts. */
@Timeout(120)
class InventoryConsoleTest {
  @RegisterExtension
  static final ConsoleFixture CONSOLE = new ConsoleFixture(InventoryConsoleTest::begin);

  private static RunningServer begin(Path folder) {
    RunningServer server = RunningServer.start(folder.resolve("data"), "open=true");
    server.post("/api/v1/products", "{\"id\": \"pump\"}");
    server.post(
        "/api/v1/devices/bulk",
        """
        [{"id": "pump-1", "product": "pump", "firmwareVersion": "1.1", "hardwareRevision": "B"},
         {"id": "pump-2", "product": "pump", "firmwareVersion": "1.2"},
         {"id": "pump-3", "product": "pump", "firmwareVersion": "1.2"}]
        """);
    server.patch("/api/v1/devices/pump-1/twin/desired", "{\"firmware\": \"1.2\"}");
    server.patch("/api/v1/devices/pump-2/twin/desired", "{\"firmware\": \"1.2\"}");
    return server;
  }

  private static Locator bar(Page page, String label) {
    return page.locator(
        ".bars li", new Page.LocatorOptions().setHas(page.locator("a:text-is('" + label + "')")));
  }

  @Test
  void eachNumberOpensTheDevicesBehindIt() throws Exception {
    Page page = CONSOLE.open();
    CONSOLE.go(page, "inventory");
    assertThat(bar(page, "1.2")).containsText("2");
    assertThat(bar(page, "never")).containsText("3");
    assertThat(page.locator("v-inventory")).containsText("50 % run what is wanted");
    bar(page, "another").locator("a").click();
    Locator found = page.locator("#found tbody tr");
    assertThat(found).hasCount(1);
    assertThat(found.first()).containsText("pump-1");
    assertThat(found.first()).containsText("wanted: 1.2");
    Download file = page.waitForDownload(() -> page.locator("#found .button").click());
    assertThat(Files.readString(file.path())).contains("pump-1,pump").doesNotContain("pump-2");
    page.locator("a.tag").click();
    assertThat(page.locator("#found")).hasCount(0);
  }

  @Test
  void isWholeOnAPhoneInTheDark() {
    Page page = CONSOLE.open(390, 844, ColorScheme.DARK);
    CONSOLE.go(page, "inventory?unknown=hardware");
    assertThat(page.locator("#found tbody tr")).hasCount(2);
    Object wider =
        page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth");
    assertThat(wider).isEqualTo(false);
  }
}
