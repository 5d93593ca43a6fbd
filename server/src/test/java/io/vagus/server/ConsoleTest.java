package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.testkit.ConsoleBrowser;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser against a whole server with devices that send. */
@Timeout(120)
class ConsoleTest {
  @TempDir private static Path folder;
  private static RunningServer server;
  private static ConsoleBrowser browser;

  @BeforeAll
  static void begin() {
    server = RunningServer.start(folder.resolve("data"));
    browser = new ConsoleBrowser(server.httpUrl());
    server.post("/api/v1/products", PUMP);
    for (int i = 1; i <= 12; i++) {
      RunningServer.expect(
          201,
          server.post(
              "/api/v1/devices", DEVICE.formatted(i, 45 + i, i, i % 2 == 0 ? "north" : "south")));
    }
    for (int round = 0; round < 20; round++) {
      for (int i = 1; i <= 10; i++) {
        server.telemetry("pump-" + i, READING.formatted(20 + i + round * 0.1, 2.0 + i * 0.01));
      }
    }
    server.telemetry("pump-3", "{\"temperature\": 900, \"pressure\": 2.1}");
    server.post("/v1/pump-99/telemetry", "{}");
  }

  @AfterAll
  static void end() {
    browser.close();
    server.close();
  }

  @AfterEach
  void nothingIsComplainedOf() {
    browser.requireNoComplaint();
  }

  @Test
  void signsInAndOut() {
    Page page = browser.open(390, 844, ColorScheme.LIGHT);
    page.navigate(server.httpUrl());
    enter(page, server.token());
    page.locator("#sign-out").click();
    assertThat(page.locator("#secret")).isVisible();
  }

  @Test
  void findsADeviceByKeyboardAlone() {
    Page page = signedIn(1280, 900, ColorScheme.LIGHT);
    assertThat(page.locator("main h1")).hasText("Fleet");
    page.keyboard().press("/");
    page.locator("input[type=search]").waitFor();
    page.keyboard().type("pump-7");
    assertThat(page.locator("tbody a.id")).hasCount(1);
    page.keyboard().press("ArrowDown");
    page.keyboard().press("Enter");
    assertThat(page.locator("main h1")).hasText("Pump 7");
    assertThat(page).hasURL(Pattern.compile("#/devices/pump-7$"));
  }

  @Test
  void searchesAHundredThousandDevicesAsOneTypes() {
    try (RunningServer herd = RunningServer.start(folder.resolve("herd"), "open=true");
        ConsoleBrowser other = new ConsoleBrowser(herd.httpUrl())) {
      RunningServer.expect(201, herd.post("/api/v1/products", "{\"id\": \"meter\"}"));
      for (int part = 0; part < 10; part++) {
        RunningServer.expect(201, herd.post("/api/v1/devices/bulk", meters(part * 10_000)));
      }
      Page page = other.open(1280, 900, ColorScheme.LIGHT);
      page.navigate(herd.httpUrl() + "/#/devices");
      assertThat(page.locator(".title [role=status]")).hasText("100,000 found");

      page.locator("input[type=search]").pressSequentially("meter-98765");
      page.evaluate("window.started = performance.now()");

      assertThat(page.locator("tbody a.id")).hasText(new String[] {"meter-98765"});
      System.out.printf(
          "console: found among 100000 devices %.0f ms after the last key%n",
          ((Number) page.evaluate("performance.now() - window.started")).doubleValue());
      other.requireNoComplaint();
      theOverviewOfAllIsNotSlower(other.open(1280, 900, ColorScheme.LIGHT), herd.httpUrl());
    }
  }

  /** An empty cache; the bound leaves room for what else the machine does. */
  private static void theOverviewOfAllIsNotSlower(Page page, String url) {
    page.navigate(url);
    assertThat(page.locator(".figure .big").first()).containsText("0of 100,000");
    double millis = ((Number) page.evaluate("performance.now()")).doubleValue();
    System.out.printf("console: first numbers of 100000 devices after %.0f ms%n", millis);
    assertThat(millis).isLessThan(3000);
  }

  private static String meters(int from) {
    return IntStream.range(from, from + 10_000)
        .mapToObj("{\"id\":\"meter-%d\",\"product\":\"meter\"}"::formatted)
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void aValueMovesAsItComes() {
    Page page = signedIn(1280, 900, ColorScheme.LIGHT);
    page.navigate(server.httpUrl() + "/#/devices/pump-5");
    assertThat(page.locator(".live")).isVisible();
    assertThat(page.locator("v-chart canvas")).hasCount(2);
    Locator chart = page.locator("v-chart .frame[aria-label^=temperature]");

    page.evaluate(SEEN);
    long sentMillis = System.currentTimeMillis();
    server.telemetry("pump-5", READING.formatted(77.25, 2.5));

    assertThat(page.locator(".latest td.strong").last()).hasText("77.25");
    long tookMillis = ((Number) page.evaluate("window.seen")).longValue() - sentMillis;
    System.out.printf("console: a value was seen %d ms after it was sent%n", tookMillis);
    assertThat(tookMillis).isLessThan(3000);
    assertThat(chart).hasAttribute("aria-label", Pattern.compile("77\\.25 °C"));
  }

  @Test
  void replaysADeadLetter() {
    Page page = signedIn(1280, 900, ColorScheme.LIGHT);
    page.navigate(server.httpUrl() + "/#/dead-letters");
    page.locator("td.wide a").first().click();
    assertThat(page.locator("pre")).containsText("900");
    page.locator("#replay-one").click();
    page.locator("dialog[open] button.main").click();
    assertThat(page.locator(".note.good")).containsText("durable again");
  }

  private static Page signedIn(int width, int height, ColorScheme scheme) {
    Page page = browser.open(width, height, scheme);
    page.navigate(server.httpUrl());
    enter(page, server.token());
    return page;
  }

  private static void enter(Page page, String token) {
    page.locator("#secret").fill(token);
    page.locator("button.main").click();
    page.locator(".figure .big").first().waitFor();
  }

  /** Notes when the value is on the page. */
  private static final String SEEN =
      """
      new MutationObserver(() => {
        if (!window.seen && document.querySelector('.latest').textContent.includes('77.25')) window.seen = Date.now();
      }).observe(document.querySelector('.latest'), {subtree: true, childList: true, characterData: true})\
      """;

  private static final String PUMP =
      """
      {"id": "pump", "name": "Pump 3000", "cadence": "10s", "metrics": {
        "temperature": {"type": "number", "unit": "Cel", "min": -40, "max": 125, "onViolation": "refuse"},
        "pressure": {"type": "number", "unit": "bar", "min": 0, "max": 16}}}\
      """;
  private static final String DEVICE =
      """
      {"id": "pump-%1$d", "name": "Pump %1$d", "product": "pump", "secret": "correct horse",
       "location": {"lat": %2$d, "lon": %3$d}, "tags": {"site": "%4$s"}}\
      """;
  private static final String READING = "{\"temperature\": %.2f, \"pressure\": %.2f}";
}
