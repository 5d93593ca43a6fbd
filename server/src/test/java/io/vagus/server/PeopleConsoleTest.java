package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.testkit.ConsoleBrowser;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** People, tokens and one's own account in the console, as a user of it does it. */
@Timeout(180)
class PeopleConsoleTest {
  private static final String PASSWORD = "a long walk home";

  @TempDir Path folder;

  private static void signIn(Page page, String name, String secret) {
    page.locator("#name").fill(name);
    page.locator("#secret").fill(secret);
    page.locator("button.main").click();
  }

  @Test
  void anAdminAddsAUserWhoSignsInAndSeesWhatHeMay() {
    try (RunningServer server = RunningServer.start(folder.resolve("data"));
        ConsoleBrowser browser = new ConsoleBrowser(server.httpUrl())) {
      Page admin = browser.open(1280, 900, ColorScheme.LIGHT);
      admin.navigate(server.httpUrl() + "/#/people");
      signIn(admin, "", server.token());
      admin.locator("#account").waitFor();
      admin.locator("#name").fill("ada");
      admin.locator("#displayName").fill("<img src=x onerror=alert(1)>");
      admin.locator("#password").fill(PASSWORD);
      admin.locator("#role").selectOption("operator");
      admin.locator("form .main").click();
      assertThat(admin.locator("table").first()).containsText("ada");
      // What somebody calls himself is text, whatever it looks like.
      assertThat(admin.locator("table").first()).containsText("<img src=x onerror=alert(1)>");
      assertThat(admin.locator("main img")).hasCount(0);

      Page ada = browser.open(390, 844, ColorScheme.DARK);
      ada.navigate(server.httpUrl());
      signIn(ada, "ada", PASSWORD);
      assertThat(ada.locator("#account")).hasText("ada");
      assertThat(ada.locator("nav a[href='#/people']")).hasCount(0);
      ada.navigate(server.httpUrl() + "/#/tokens");
      ada.locator("#scope").selectOption("viewer");
      ada.locator("v-tokens #name").fill("grafana");
      ada.locator("v-tokens form.model .main").click();
      String token = ada.locator("#issued").textContent();
      assertThat(server.statusFor(token, "/api/v1/devices")).isEqualTo(200);
      assertThat(server.statusFor(token, "/api/v1/users")).isEqualTo(403);

      admin.navigate(server.httpUrl() + "/#/people/ada");
      admin.locator("button:has-text('Disable')").click();
      assertThat(admin.locator(".state")).hasText("disabled");
      ada.reload();
      assertThat(ada.locator("#secret")).isVisible();
      assertThat(server.statusFor(token, "/api/v1/devices")).isEqualTo(401);
      browser.requireNoComplaint();
    }
  }

  @Test
  void aWrongPasswordIsToldAndACodeIsAskedForWhenThereIsASecondFactor() {
    try (RunningServer server = RunningServer.start(folder.resolve("data"));
        ConsoleBrowser browser = new ConsoleBrowser(server.httpUrl())) {
      RunningServer.expect(
          201,
          server.post(
              "/api/v1/users",
              "{\"name\": \"ada\", \"password\": \"%s\", \"grants\": [{\"role\": \"viewer\"}]}"
                  .formatted(PASSWORD)));
      Page page = browser.open(1280, 900, ColorScheme.LIGHT);
      page.navigate(server.httpUrl() + "/#/account");
      signIn(page, "ada", "not the password");
      assertThat(page.locator("#problem")).containsText("wrong");
      signIn(page, "ada", PASSWORD);
      page.locator("#again").fill(PASSWORD);
      page.locator("button:has-text('Begin')").click();
      String key = page.locator("#key").textContent().replace(" ", "");
      page.locator("#code").fill(Codes.now(key));
      page.locator("button:has-text('Confirm')").click();
      assertThat(page.locator("[role=status]").last()).containsText("code is asked for");
      page.locator("#sign-out").click();
      signIn(page, "ada", PASSWORD);
      assertThat(page.locator("#code")).isVisible();
    }
  }

  @Test
  void everyPageOfPeopleHasNoBarrier() {
    try (RunningServer server = RunningServer.start(folder.resolve("data"));
        ConsoleBrowser browser = new ConsoleBrowser(server.httpUrl())) {
      for (String name : List.of("ada", "grace")) {
        server.post(
            "/api/v1/users",
            "{\"name\": \"%s\", \"displayName\": \"%s of the plant\", \"password\": \"%s\","
                    .formatted(name, name, PASSWORD)
                + " \"grants\": [{\"role\": \"operator\"}, {\"role\": \"responder\"}]}");
      }
      server.post(
          "/api/v1/tokens",
          "{\"name\": \"grafana\", \"scopes\": [\"viewer\"], \"lifetime\": \"3d\"}");
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        for (int width : new int[] {1280, 390}) {
          Page page = browser.open(width, 844, scheme);
          page.navigate(server.httpUrl());
          inspect(page, "sign-in", scheme, width, "#secret");
          signIn(page, "ada", PASSWORD);
          page.locator("#account").waitFor();
          page.navigate(server.httpUrl() + "/#/account");
          inspect(page, "account", scheme, width, "#again");
          page.locator("#sign-out").click();
          signIn(page, "", server.token());
          page.locator("#account").waitFor();
          for (String path : List.of("people", "people/ada", "tokens", "events")) {
            page.navigate(server.httpUrl() + "/#/" + path);
            inspect(page, path, scheme, width, "table tbody tr");
          }
        }
      }
      browser.requireNoComplaint();
    }
  }

  private static void inspect(
      Page page, String name, ColorScheme scheme, int width, String wanted) {
    page.locator(wanted).first().waitFor();
    assertThat(ConsoleBrowser.barriers(page)).as(name + " " + width + " " + scheme).isEmpty();
    Number wide = (Number) page.evaluate("document.documentElement.scrollWidth");
    assertThat(wide.intValue())
        .as(name + " is no wider than its window")
        .isLessThanOrEqualTo(width);
  }
}
