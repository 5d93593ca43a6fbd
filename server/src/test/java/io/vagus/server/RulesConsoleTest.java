package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import io.vagus.testkit.ConsoleBrowser;
import io.vagus.testkit.Eventually;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A rule's life in the console: written, tried, put live, seen to fire, taken back. */
@Timeout(120)
class RulesConsoleTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String BOILER =
      """
      {"id": "%s", "metrics": {"temperature": {"type": "number", "unit": "Cel"}},
       "commands": {"close": {"arguments": {"position": {"type": "integer", "unit": "%%"}}}}}
      """;

  @RegisterExtension
  static final ConsoleFixture CONSOLE =
      new ConsoleFixture(folder -> RunningServer.start(folder.resolve("data")));

  private final RunningServer server = CONSOLE.server();
  private final Page page = CONSOLE.signIn();

  @Test
  void aRuleIsWrittenByTheKeyboardPutLiveChangedAndTakenBack() {
    boiler("boiler");
    write("overheat", "boiler");
    page.locator("button:has-text('Put live')").click();
    assertThat(page.locator("main h1")).hasText("overheat");
    assertThat(page.locator(".title .state")).hasText("live");
    change();
    goBack();
    page.locator(".title button:has-text('Switch off')").click();
    assertThat(page.locator(".title .state")).hasText("off");
  }

  @Test
  void aRuleIsTriedSeenToFireLiveAndItsAlertAcknowledged() {
    boiler("kiln");
    server.telemetry("kiln-1", "{\"temperature\": 70.5}");
    server.telemetry("kiln-1", "{\"temperature\": 91.5}");
    server.requireDecided(Map.of("pending", 0));
    rule("too-hot", "kiln", "shadow");
    tryIt();
    page.locator("button:has-text('Put live')").click();
    assertThat(page.locator(".title .state")).hasText("live");
    seeItFire();
    acknowledge();
  }

  private void rule(String id, String product, String mode) {
    String rule =
        """
        {"id": "%1$s", "owner": "heating-team", "mode": "%3$s", "products": ["%2$s"],
         "when": "readings.temperature.value > 80.0",
         "effects": [{"do": "alert", "class": "ticket",
                      "text": "Too hot: ${readings.temperature.value}"}]}\
        """
            .formatted(id, product, mode);
    RunningServer.expect(201, server.put("/api/v1/rules/" + id, rule));
  }

  private void boiler(String product) {
    RunningServer.expect(201, server.post("/api/v1/products", BOILER.formatted(product)));
    RunningServer.expect(
        201,
        server.post(
            "/api/v1/devices",
            "{\"id\": \"%1$s-1\", \"product\": \"%1$s\", \"secret\": \"correct horse\"}"
                .formatted(product)));
  }

  /** The condition by the keyboard alone, with a mistake that is shown where it is. */
  private void write(String id, String product) {
    CONSOLE.go(page, "rules/new");
    page.locator("#id").fill(id);
    page.locator("#owner").fill("heating-team");
    page.locator("#add-product").selectOption(product);
    assertThat(page.locator(".palette")).containsText("temperature");
    Locator when = page.locator("#when [role=textbox]");
    when.focus();
    page.keyboard().type("temp");
    assertThat(page.locator("#when [role=option]").first())
        .containsText("readings.temperature.value");
    page.keyboard().press("Enter");
    assertThat(when).containsText("readings.temperature.value");

    page.keyboard().type(" > readings.tempature.value");
    Locator wrong = page.locator("#when .cm-lintRange-error");
    assertThat(wrong).containsText("tempature");
    assertThat(page.locator("#when #note")).containsText("temperature");
    assertThat(when).hasAttribute("aria-invalid", "true");
    page.keyboard().press("Escape");
    "readings.tempature.value".chars().forEach(letter -> page.keyboard().press("Backspace"));
    page.keyboard().type("80.0");
    assertThat(wrong).hasCount(0);

    page.locator("v-rule-effects [role=textbox]").first().focus();
    page.keyboard().type("Too hot: ${readings.temp");
    Locator offered = page.locator("v-rule-effects [role=option]");
    assertThat(offered.first()).containsText("temperature");
    page.keyboard().press("Enter");
    assertThat(offered.first()).containsText("value");
    page.keyboard().press("Enter");
    assertThat(page.locator(".save-bar")).containsText("It compiles");
  }

  /** Ten degrees lower than the one in force: it fires at another reading. */
  private void tryIt() {
    CONSOLE.go(page, "rules/too-hot");
    page.locator("#when [role=textbox]").focus();
    page.keyboard().press("End");
    "80.0".chars().forEach(letter -> page.keyboard().press("Backspace"));
    page.keyboard().type("70.0");
    page.locator(".save-bar a:has-text('Try it')").click();
    page.locator("#trial-device").fill("kiln-1");
    page.locator("v-rule-trial button.main").click();
    assertThat(page.locator(".verdict-line")).containsText("1 more, 1 fewer, 0 as before");
    Locator rows = page.locator("v-rule-trial tbody tr");
    assertThat(rows).hasCount(2);
    assertThat(row(rows, "only this one")).containsText("temperature 70.5 °C");
    assertThat(row(rows, "only the one in force")).containsText("temperature 91.5 °C");
    assertThat(page.locator("v-rule-trial v-chart canvas")).isVisible();
    page.locator(".trial .hit").first().hover();
    assertThat(page.locator(".trial .told")).containsText("kiln-1: temperature 70.5 °C");
    assertThat(ConsoleBrowser.barriers(page)).isEmpty();
  }

  private static Locator row(Locator rows, String text) {
    return rows.filter(new Locator.FilterOptions().setHasText(text));
  }

  private void seeItFire() {
    page.locator(".choices a:has-text('Firings')").click();
    assertThat(page.locator(".live")).isVisible();
    Locator first = page.locator("v-firings tbody tr").first();
    // A version is in force some moments after it was saved.
    Eventually.eventually(
        BOUND,
        "it fires",
        () -> {
          server.telemetry("kiln-1", "{\"temperature\": 95.25}");
          return first.count() > 0;
        });
    assertThat(first).containsText("temperature 95.25 °C");
    assertThat(first).containsText("raised");
    assertThat(page.locator("header.top .count"))
        .containsText("1", new ContainsTextOptions().setTimeout(15_000));
  }

  private void acknowledge() {
    page.locator("#pages a:has-text('Alerts')").click();
    Locator row = page.locator("v-alerts tbody tr");
    assertThat(row).containsText("Too hot: 95.25");
    row.locator("button:has-text('Acknowledge')").click();
    page.locator("dialog[open] input[name=note]").fill("On my way");
    page.locator("dialog[open] button.main").click();
    assertThat(page.locator("v-alerts .empty")).containsText("Nothing is open");
    assertThat(page.locator("header.top .count")).hasCount(0);
    page.locator("nav[aria-label=State] a:has-text('Acknowledged')").click();
    assertThat(row).containsText("On my way");
    row.locator("td.lead a").click();
    assertThat(page.locator(".facts")).containsText("On my way");
    page.locator("a:has-text('The device at that time')").click();
    Locator happened = page.locator("v-timeline tbody tr");
    assertThat(row(happened, "too-hot raised")).isVisible();
    assertThat(row(happened, "Too hot: 95.25")).containsText("On my way");
  }

  private void change() {
    page.locator("#when [role=textbox]").focus();
    page.keyboard().press("End");
    page.keyboard().type("0");
    page.locator("button:has-text('Save as live')").click();
    assertThat(page.locator(".facts")).containsText(Pattern.compile("Version\\s*2"));
  }

  private void goBack() {
    page.locator(".choices a:has-text('History')").click();
    Locator newest = page.locator(".versions li").first();
    assertThat(newest.locator("del")).hasText("80.0");
    assertThat(newest.locator("ins")).hasText("80.00");
    page.locator("button[aria-label='Go back to version 1']").click();
    assertThat(page.locator(".facts")).containsText(Pattern.compile("Version\\s*3"));
    page.locator(".choices a:has-text('JSON')").click();
    assertThat(page.locator("v-rule-json [role=textbox]")).containsText("value > 80.0\"");
  }
}
