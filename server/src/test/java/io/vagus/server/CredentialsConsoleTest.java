package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.vagus.testkit.ConsoleBrowser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** Credentials with their age and countdown in the console, of one device and of the fleet. */
@Timeout(120)
class CredentialsConsoleTest {
  @RegisterExtension
  static final ConsoleFixture CONSOLE = new ConsoleFixture(CredentialsConsoleTest::begin);

  private final RunningServer server = CONSOLE.server();
  private final Page page = CONSOLE.signIn();

  /** Certificates last 30 days, and may be renewed for 14 more. */
  private static RunningServer begin(Path folder) throws Exception {
    TestAuthority ca = TestAuthority.make(folder);
    for (String device : new String[] {"fresh", "due", "last", "asleep", "gone"}) {
      ca.device(device);
    }
    ca.issue("fresh", Duration.ofDays(3));
    ca.issue("due", Duration.ofDays(22));
    ca.issue("last", Duration.ofHours(29 * 24));
    ca.issue("asleep", Duration.ofDays(34));
    ca.issue("gone", Duration.ofDays(50));
    return ca.serve();
  }

  private Locator row(String device) {
    return page.locator("tbody tr", new Page.LocatorOptions().setHasText(device));
  }

  @Test
  void theSoonestToEndIsFirstWithItsCountdown() {
    page.navigate(server.httpUrl() + "/#/credentials");
    assertThat(page.locator("tbody a.id"))
        .hasText(new String[] {"gone", "asleep", "last", "due", "fresh"});
    assertThat(row("gone")).containsText("must enrol anew");
    assertThat(row("asleep")).containsText("ended 4 d ago");
    assertThat(row("asleep")).containsText("may renew for 10 d more");
    assertThat(row("last")).containsText(Pattern.compile("in 2[34] h"));
    assertThat(row("last").locator("time.problem")).isVisible();
    assertThat(row("due").locator("time.warning")).isVisible();
    assertThat(row("fresh")).containsText(Pattern.compile("3 d\\s+in 27 d"));
    assertThat(page.locator(".days svg"))
        .hasAttribute(
            "aria-label", Pattern.compile("5 devices; ended 2, within 3 days 1, within 10 days 2"));
    assertThat(page.locator(".days rect")).hasCount(5);

    page.locator("a:has-text('Ended')").click();
    assertThat(page.locator("tbody a.id")).hasText(new String[] {"gone", "asleep"});
    page.locator("a:has-text('Within 10 d')").click();
    assertThat(page.locator("tbody a.id")).hasText(new String[] {"last", "due"});
    row("due").locator("a.id").click();
    assertThat(page.locator("main h1")).hasText("due");
    Locator section = page.locator("section:has-text('Credentials')");
    assertThat(section).containsText(Pattern.compile("Secret\\s*made"));
    assertThat(section).containsText("in 8 d");
  }

  /** Of a device that comes and goes with this test. */
  @Test
  void oneIsRevokedWithAReasonAfterASecondThought() throws Exception {
    server.post("/api/v1/devices", "{\"id\": \"late\", \"product\": \"pump\"}");
    page.navigate(server.httpUrl() + "/#/devices/late");
    Locator section = page.locator("section:has-text('Credentials')");
    assertThat(section).containsText("It was given none.");
    new TestAuthority(CONSOLE.folder()).request("late");
    String request = Files.readString(CONSOLE.folder().resolve("late.csr"));
    String certificates = "/api/v1/devices/late/certificates";
    RunningServer.expect(
        201,
        server.post(certificates, JsonMapper.shared().writeValueAsString(Map.of("csr", request))));

    page.reload();
    section.locator("td button").click();
    page.locator("dialog[open] button:has-text('Cancel')").click();
    assertThat(server.get(certificates).at("/items/0/status").asString()).isEqualTo("valid");
    section.locator("td button").click();
    page.locator("dialog[open] select[name=reason]").selectOption("key-compromise");
    page.locator("dialog[open] button.main").click();
    assertThat(section).containsText("revoked key compromise");
    assertThat(section.locator("td button")).hasCount(0);
    assertThat(server.get(certificates).at("/items/0/reason").asString())
        .isEqualTo("key-compromise");
  }

  @Test
  void aDeviceInWrongHandsIsShutOutInOneActAndItsEvidenceSaved() throws Exception {
    server.post(
        "/api/v1/devices",
        "{\"id\": \"stolen\", \"product\": \"pump\", \"secret\": \"correct horse\"}");
    page.navigate(server.httpUrl() + "/#/devices/stolen");
    page.locator("v-breach > button").click();
    page.locator("dialog[open] button:has-text('Cancel')").click();
    assertThat(server.get("/api/v1/devices/stolen").path("status").asString())
        .isEqualTo("provisioned");
    page.locator("v-breach > button").click();
    page.locator("dialog[open] input[name=reason]").fill("taken from the hall");
    page.locator("dialog[open] button.main").click();
    Locator dialog = page.locator("dialog[open]");
    assertThat(dialog).containsText("1 of 1 done.");
    assertThat(dialog).containsText("0 certificates revoked, 1 secret taken away");
    assertThat(ConsoleBrowser.barriers(page)).isEmpty();
    Download evidence = page.waitForDownload(() -> dialog.locator("a[download]").click());
    assertThat(evidence.suggestedFilename()).isEqualTo("device-stolen.evidence.zip");
    assertThat(Files.size(evidence.path())).isPositive();
    dialog.locator("button:has-text('Close')").click();
    assertThat(page.locator(".state[role=status]")).containsText("quarantined");
    assertThat(server.get("/api/v1/devices/stolen").path("status").asString())
        .isEqualTo("quarantined");
  }
}
