package io.vagus.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.cli.Screen.Size;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one does in the console with the demo fleet running: every control that does something. */
@Timeout(180)
@ExtendWith(DemoConsole.Provider.class)
class DemoConsoleWorkTest {
  private static final String PRODUCT =
      """
      {"id": "%1$s", "metrics": {
        "temperature": {"type": "number", "unit": "Cel", "max": 100, "onViolation": "refuse"}}}\
      """;

  private final DemoConsole console;

  DemoConsoleWorkTest(DemoConsole console) {
    this.console = console;
  }

  @AfterEach
  void nothingIsComplainedOfAndAllIsInTheContract() {
    console.browser.requireNoComplaint();
    console.requireContract();
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "WIDE")
  void findsDevicesAsOneTypesAndFilters(Size size) {
    Screen screen = console.open(size).goToPage("Devices");
    assertThat(screen.find("tbody a.id")).hasCount(100);
    screen.find("button", "Show more").click();
    assertThat(screen.find("tbody a.id")).hasCount(200);
    screen.find("input[type=search]").pressSequentially("pump-01");
    assertThat(screen.find("tbody a.id")).hasCount(10);
    screen.find("input[type=search]").fill("");
    screen.find("select").selectOption("computer");
    assertThat(screen.find("tbody a.id")).hasText(new String[] {"this-machine"});
    screen.find("select").selectOption("");
    screen.find(".choices a", "Never heard").click();
    assertThat(screen.find("tbody a.id")).hasText(new String[] {"cold-room-023"});
    screen.goTo("devices?tag.site=Lyon");
    int inLyon = console.demo.get("/api/v1/devices?tag.site=Lyon").path("total").asInt();
    assertThat(inLyon).isBetween(1, 100);
    assertThat(screen.find("tbody a.id")).hasCount(inLyon);
    screen.find("a.tag", "site: Lyon").click();
    assertThat(screen.find(".title [role=status]")).hasText(Pattern.compile("2\\d\\d found"));
    screen.goTo("devices?q=nothing-is-called-so").find("a", "Show all devices").click();
    assertThat(screen.find("tbody a.id")).hasCount(100);
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "WIDE")
  void aDeviceShowsWhatItSendsAsItComes(Size size) {
    Screen screen = console.open(size).goTo("devices/pump-029?range=6h");
    assertThat(screen.find(".live")).isVisible();
    assertThat(screen.find("v-chart canvas")).hasCount(5);
    Locator newest = screen.find("section", "Last messages").locator("a.id").first();
    String before = newest.textContent();
    assertThat(newest).not().hasText(before);
    screen.chooseRange("5 min");
    screen.click(".span-picker summary");
    screen.find("input[name=from][type=datetime-local]").fill("2026-01-01T00:00");
    screen.find("input[name=to][type=datetime-local]").fill("2026-01-01T01:00");
    screen.find("button", "Show").first().click();
    assertThat(screen.find("v-metric-charts").getByText("No reading in this time.")).hasCount(5);
    screen.find("button", "Back to now").click();
    assertThat(screen.find("v-chart canvas")).hasCount(5);
    newest.click();
    assertThat(screen.find(".way li.done")).not().hasCount(0);
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "WIDE")
  void aDeviceIsSuspendedAndResumed(Size size) {
    Screen screen = console.open(size).goTo("devices/air-station-048");
    screen.find("button", "Suspend").first().click();
    screen.find("dialog[open] button", "Cancel").click();
    assertThat(screen.find(".state[role=status]")).not().hasText("suspended");
    screen.find("button", "Suspend").first().click();
    screen.click("dialog[open] button.main");
    assertThat(screen.find(".state[role=status]")).hasText("suspended");
    screen.find("button", "Resume").click();
    assertThat(screen.find(".state[role=status]")).not().hasText("suspended");
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "WIDE")
  void aDeviceIsAddedAndItsFirstMessageSeen(Size size) {
    String id = "fresh-" + size.name().toLowerCase(java.util.Locale.ROOT);
    Screen screen = console.open(size).goToPage("Devices");
    screen.find("a", "Add a device").click();
    screen.find("#kind").selectOption("pump");
    screen.find("#id").fill(id);
    screen.find("button", "Make the device").click();
    assertThat(screen.find(".first")).containsText("Waiting for the first message");
    assertThat(screen.find("pre[aria-label=Secret]")).isVisible();
    console.demo.post("/v1/" + id + "/telemetry", "{\"pressure\": 700}");
    assertThat(screen.find(".first.refused")).containsText("could not be accepted");
    console.demo.post("/v1/" + id + "/telemetry", "{\"flow\": 12.5}");
    assertThat(screen.find(".first.came td.strong")).hasText("12.5");
    screen.find("a", "Open " + id).click();
    screen.heading(id);
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "WIDE")
  void gapsAreShownInTheChartsOfTheirTime(Size size) {
    Screen screen = console.open(size).goTo("gaps?device=cold-room-044");
    screen.find("tbody a.id").first().click();
    screen.heading(console.first("devices?q=cold-room-044", "name"));
    screen.at("from=.*to=");
    assertThat(screen.find("section", "Found by").locator("tbody tr")).not().hasCount(0);
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "WIDE")
  void aCorrectedProductAcceptsWhatIsReplayed(Size size) {
    String id = "probe-" + size.name().toLowerCase(java.util.Locale.ROOT);
    console.demo.post("/api/v1/products", PRODUCT.formatted(id));
    console.demo.post("/api/v1/devices", "{\"id\": \"%s\", \"product\": \"%s\"}".formatted(id, id));
    IntStream.of(150, 151, 152)
        .forEach(
            t -> console.demo.post("/v1/" + id + "/telemetry", "{\"temperature\": " + t + "}"));
    Screen screen = console.open(size).goTo("products/" + id);
    screen.find("#metrics").fill("{\"temperature\": {\"max\": 200}");
    screen.find("button", "Save a new version").click();
    assertThat(screen.find("#metrics[aria-invalid=true]")).isFocused();
    screen.find("#metrics").fill("{\"temperature\": {\"unit\": \"Cel\", \"max\": 200}}");
    screen.find("button", "Save a new version").click();
    assertThat(screen.find("[role=status]", "Version 2 is in force.")).isVisible();

    screen.goToPage("Messages", "Dead letters").find("input[type=search]").fill(id);
    screen.find("input[type=search]").press("Enter");
    assertThat(screen.find("td.lead a")).hasCount(3);
    screen.find("td.lead a", "152").click();
    screen.click("#replay-one");
    screen.click("dialog[open] button.main");
    screen.find(".note.good a").click();
    assertThat(screen.find(".facts dd").first()).hasText("accepted");
    replayTheRest(screen, id);
  }

  private static void replayTheRest(Screen screen, String id) {
    screen.goTo("dead-letters?device=" + id + "&range=1h");
    screen.find("button", "Replay …").click();
    screen.find("dialog[open] button", "Cancel").click();
    screen.find("button", "Replay …").click();
    assertThat(screen.find("dialog[open] input[name=device]")).hasValue(id);
    screen.find("dialog[open] select[name=product]").selectOption(id);
    screen.find("dialog[open] select[name=reason]").selectOption("value-out-of-range");
    screen.click("dialog[open] button.main");
    assertThat(screen.find(".note.good")).containsText("2 messages are durable again");
    assertThat(screen.find("td.trail", "replayed")).hasCount(3);
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "WIDE")
  void duplicatesTellHowBothCopiesCame(Size size) {
    Screen screen = console.open(size).goTo("duplicates?device=probe-1&cause=replay");
    Locator row = screen.find("tbody tr").first();
    assertThat(row.getByText("http")).hasCount(2);
    screen.find("a.tag", "cause").click();
    screen.find("td a[href*='messages?id=']").first().click();
    assertThat(screen.find(".facts")).containsText("probe-1");
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "WIDE")
  void aClickOnTheMapGoesNearerAndListsWhatIsThere(Size size) {
    Screen screen = console.open(size);
    Locator list = screen.find("v-map a", "List these");
    assertThat(list).hasText("List these 198");
    screen.find(".place[role=button]").first().click();
    assertThat(list).not().hasText("List these 198");
    int there = screen.number(list);
    assertThat(there).isBetween(1, 100);
    list.click();
    assertThat(screen.find("tbody a.id")).hasCount(there);
    screen.find("a.tag", "place").click();
    assertThat(screen.find("tbody a.id")).hasCount(100);
    screen.goTo("");
    screen.find(".place[role=button]").first().click();
    assertThat(list).not().hasText("List these 198");
    screen.click(".whole");
    assertThat(list).hasText("List these 198");
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "WIDE")
  void isLightOrDarkAsChosen(Size size) {
    Screen screen = Screen.open(console.browser, console.demo.url(), size, ColorScheme.LIGHT);
    Object light = ground(screen.page);
    screen.click("[aria-label='Switch between light and dark']");
    assertThat(ground(screen.page)).isNotEqualTo(light);
    screen.page.reload();
    assertThat(screen.find(".figure .big").first()).isVisible();
    assertThat(ground(screen.page)).isNotEqualTo(light);
  }

  private static Object ground(Page page) {
    return page.evaluate("getComputedStyle(document.body).backgroundColor");
  }

  @Test
  void isUsedByKeyboardAlone() {
    Screen screen =
        Screen.open(console.browser, console.demo.url(), Size.DESKTOP, ColorScheme.LIGHT);
    Page page = screen.page;
    page.keyboard().press("Tab");
    assertThat(screen.find(".skip")).isFocused();
    page.keyboard().press("Enter");
    assertThat(screen.find("main h1")).isFocused();
    page.keyboard().press("/");
    assertThat(screen.find("input[type=search]")).isFocused();
    page.keyboard().type("pump-007");
    assertThat(screen.find("tbody a.id")).hasText(new String[] {"pump-007"});
    page.keyboard().press("ArrowDown");
    page.keyboard().press("Enter");
    screen.at("#/devices/pump-007");
    Locator suspend = screen.find(".title button", "Suspend").first();
    tabTo(page, suspend);
    assertThat((String) suspend.evaluate("e => getComputedStyle(e).outlineStyle"))
        .isNotEqualTo("none");
    page.keyboard().press("Enter");
    assertThat(screen.find("dialog[open]")).isVisible();
    page.keyboard().press("Escape");
    assertThat(suspend).isFocused();
    tabTo(page, screen.find("nav[aria-label='Time range'] a", "24 h"));
    page.keyboard().press("Enter");
    screen.range("24 h");
  }

  private static void tabTo(Page page, Locator wanted) {
    for (int i = 0; i < 60; i++) {
      if ((Boolean) wanted.evaluate("e => e === document.activeElement")) {
        return;
      }
      page.keyboard().press("Tab");
    }
    throw new AssertionError("the keyboard does not reach " + wanted);
  }
}
