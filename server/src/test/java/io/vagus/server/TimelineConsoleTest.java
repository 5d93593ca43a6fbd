package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All that happened to a device on one time axis, in a browser. */
@Timeout(120)
class TimelineConsoleTest {
  @RegisterExtension
  static final ConsoleFixture CONSOLE = new ConsoleFixture(TimelineConsoleTest::begin);

  private static final int LINES = 9_000;
  private static final String PUMP =
      """
      {"id": "pump", "cadence": "10s", "commands": {"restart": {}}, "metrics": {
        "temperature": {"type": "number", "unit": "Cel", "max": 125, "onViolation": "refuse"}}}
      """;

  private final RunningServer server = CONSOLE.server();

  private static RunningServer begin(Path folder) throws Exception {
    RunningServer server = RunningServer.start(folder.resolve("data"));
    RunningServer.expect(201, server.post("/api/v1/products", PUMP));
    server.device("pump-1", "pump", "");
    server.device("pump-2", "pump", "");
    for (int n = 0; n < 20; n++) {
      server.telemetry("pump-1", "{\"temperature\": %d}".formatted(20 + n));
    }
    server.telemetry("pump-1", "{\"temperature\": 900}");
    server.asDevice("pump-1", "POST", "/v1/pump-2/telemetry", "{\"temperature\": 21}");
    says(server, "pump-1", "logs", "WARN bearing warm\nERROR bearing hot");
    says(server, "pump-1", "events", "{\"severity\": \"notice\", \"event\": \"door opened\"}");
    server.patch("/api/v1/devices/pump-1/twin/desired", "{\"mode\": \"eco\"}");
    says(server, "pump-1", "twin/reported", "{\"mode\": \"eco\"}");
    RunningServer.expect(
        202, server.post("/api/v1/devices/pump-1/commands", "{\"name\": \"restart\"}"));
    Instant now = Instant.now();
    for (int part = 0; part < LINES; part += 900) {
      says(
          server,
          "pump-2",
          "logs",
          IntStream.range(part, part + 900)
              .mapToObj(n -> line(now.minus(Duration.ofMillis(300L * (n + 1))), n))
              .collect(Collectors.joining(",", "[", "]")));
    }
    server.requireDecided(Map.of("pending", 0));
    return server;
  }

  private static void says(RunningServer server, String device, String channel, String body) {
    RunningServer.expect(
        200, server.asDevice(device, "POST", "/v1/" + device + "/" + channel, body));
  }

  private static String line(Instant at, int n) {
    return "{\"time\": \"%s\", \"level\": \"%s\", \"message\": \"line %d\"}"
        .formatted(at, n % 50 == 0 ? "error" : "info", n);
  }

  private static Locator row(Page page, String text) {
    return page.locator("v-timeline tbody tr", new Page.LocatorOptions().setHasText(text));
  }

  @Test
  void everyKindIsOnOneAxisAndInTheList() {
    Page page = CONSOLE.signIn();
    CONSOLE.go(page, "devices/pump-1");
    page.locator("a:has-text('All on one time axis')").click();
    assertThat(page.locator("main h1")).hasText("Timeline pump-1");
    for (String text :
        List.of(
            "accepted",
            "dead letter: value out of range",
            "refused: lateral movement",
            "WARN bearing warm",
            "door opened",
            "desired changed",
            "reported mode",
            "restart queued",
            "device created")) {
      assertThat(row(page, text).first()).isVisible();
    }
    assertThat(row(page, "desired changed").first()).containsText("mode = \"eco\"");
    assertThat(page.locator("v-chart canvas")).isVisible();
    Locator axis = page.locator("canvas.lanes");
    assertThat(axis).hasAttribute("aria-label", Pattern.compile("1 commands.*"));

    page.locator("input[name=message]").uncheck();
    assertThat(row(page, "accepted")).hasCount(0);
    assertThat(page).hasURL(Pattern.compile("without=message"));
    row(page, "dead letter").locator("a").click();
    assertThat(page.locator("pre")).containsText("900");
  }

  @Test
  void theAxisIsMovedAndZoomedByKeysAlone() {
    Page page = CONSOLE.signIn();
    CONSOLE.go(page, "devices/pump-1/timeline");
    row(page, "door opened").waitFor();
    page.locator(".axis-keys").focus();
    page.keyboard().press("+");
    assertThat(page).hasURL(Pattern.compile("from=.*&to="));
    page.keyboard().press("ArrowLeft");
    assertThat(page.locator("v-timeline .empty").last()).containsText("Nothing happened");
    page.keyboard().press("Home");
    assertThat(row(page, "door opened")).isVisible();
    assertThat(page).hasURL(Pattern.compile("timeline$"));
  }

  @Test
  void nineThousandLinesAreDrawnAndAPartOfThemIsZoomedInto() {
    Page page = CONSOLE.signIn();
    CONSOLE.go(page, "devices/pump-2/timeline?range=6h");
    Locator count = page.locator("v-timeline h2 [role=status]");
    Pattern whole = Pattern.compile("^9,0\\d\\d things$");
    assertThat(count).hasText(whole, new HasTextOptions().setTimeout(20_000));
    assertThat(page.locator("tbody tr")).hasCount(100);
    Locator canvas = page.locator("canvas.lanes");
    var box = canvas.boundingBox();
    double right = box.x + box.width - 12;
    page.mouse().move(right - 20, box.y + 20);
    page.mouse().down();
    page.mouse().move(right, box.y + 20);
    page.mouse().up();
    assertThat(page).hasURL(Pattern.compile("from=.*&to="));
    assertThat(count).not().hasText(whole);
    assertThat(page.locator("tbody tr").first()).containsText("line");
  }

  @Test
  void aPhoneShowsTheSame() {
    Page page = CONSOLE.signIn();
    page.setViewportSize(390, 844);
    CONSOLE.go(page, "devices/pump-1/timeline");
    row(page, "door opened").waitFor();
    Number wide = (Number) page.evaluate("document.documentElement.scrollWidth");
    assertThat(wide.intValue()).isLessThanOrEqualTo(390);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
  }

  @Test
  void whoMayNotReadMessagesIsShownTheRest() {
    String token = token("porter", "fleet.read", "readings.read");
    Page page = CONSOLE.signIn(token);
    CONSOLE.go(page, "devices/pump-1/timeline");
    assertThat(row(page, "restart")).isVisible();
    assertThat(page.locator("input[name=log]")).hasCount(0);
    assertThat(row(page, "bearing")).hasCount(0);
  }

  private String token(String name, String... rights) {
    return RunningServer.expect(
            201,
            server.post(
                "/api/v1/tokens",
                "{\"name\": \"%s\", \"scopes\": [\"self\", \"%s\"]}"
                    .formatted(name, String.join("\", \"", rights))))
        .body()
        .replaceFirst("(?s).*\"token\" ?: ?\"([^\"]+)\".*", "$1");
  }
}
