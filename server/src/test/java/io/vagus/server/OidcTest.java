package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.testkit.ConsoleBrowser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** People sign in at a real OpenID provider (oidc-provider on Node), in a real browser. */
@Timeout(120)
class OidcTest {
  private static final Path CONSOLE = Path.of("").toAbsolutePath().resolveSibling("console");

  @TempDir Path folder;
  private Process provider;
  private BufferedReader said;
  private String issuer;
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    provider =
        new ProcessBuilder("node", "src/test/oidc/provider.mjs")
            .directory(CONSOLE.toFile())
            .redirectError(folder.resolve("provider.log").toFile())
            .start();
    said =
        new BufferedReader(
            new InputStreamReader(provider.getInputStream(), StandardCharsets.UTF_8));
    issuer = said.readLine();
    Path secret = Files.writeString(folder.resolve("secret"), "a secret between the two\n");
    server =
        RunningServer.start(
            folder.resolve("data"),
            "oidc.issuer=" + issuer,
            "oidc.name=Example",
            "oidc.client-secret-file=" + secret);
    provider
        .getOutputStream()
        .write(
            (server.httpUrl() + "/api/v1/login/oidc/callback\n").getBytes(StandardCharsets.UTF_8));
    provider.getOutputStream().flush();
    assertThat(said.readLine()).isEqualTo("serves");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    provider.destroy();
    provider.waitFor(10, TimeUnit.SECONDS);
  }

  private void addUser(String name, String more) {
    RunningServer.expect(
        201,
        server.post(
            "/api/v1/users",
            "{\"name\": \"%s\", \"grants\": [{\"role\": \"viewer\"}]%s}".formatted(name, more)));
  }

  /** Signs in there as whoever one says to be, as this provider does for tests. */
  private static void signInThere(Page page, String url, String name) {
    page.navigate(url);
    page.locator("#provider").click();
    page.locator("input[name=login]").fill(name);
    page.locator("input[name=password]").fill("anything");
    page.locator("button[type=submit]").click();
    page.locator("button[type=submit]").click();
  }

  @Test
  void aUserWhomTheProviderVouchesForIsSignedIn() {
    addUser("ada", "");
    try (ConsoleBrowser browser = new ConsoleBrowser(server.httpUrl())) {
      Page page = browser.open(1280, 900, ColorScheme.LIGHT);
      signInThere(page, server.httpUrl(), "ada");
      assertThat(page.locator("#account")).hasText("ada");
      assertThat(page.url()).isEqualTo(server.httpUrl() + "/");
      assertThat(page.context().cookies().stream().filter(c -> c.name.equals("vagus_session")))
          .singleElement()
          .matches(c -> c.httpOnly && c.sameSite.toString().equals("STRICT"));

      assertThat(server.get("/api/v1/users/ada").path("subject").asString())
          .isEqualTo(issuer + " ada");
      assertThat(server.get("/api/v1/events?type=user.signed-in").path("items").size())
          .isEqualTo(1);
      page.locator("#sign-out").click();
      assertThat(page.locator("#provider")).isVisible();
    }
  }

  @Test
  void nobodyIsTakenForOneWithAPasswordNorLetInWhoIsNobodyHere() {
    addUser("grace", ", \"password\": \"nanoseconds of wire\"");
    try (ConsoleBrowser browser = new ConsoleBrowser(server.httpUrl())) {
      for (String name : new String[] {"grace", "mallory"}) {
        Page page = browser.open(1280, 900, ColorScheme.LIGHT);
        signInThere(page, server.httpUrl(), name);
        assertThat(page.locator("main .note.bad")).containsText("goes by that name here");
        assertThat(page.locator("#provider")).isVisible();
        page.reload();
        page.locator("#name").fill("somebody");
        assertThat(page.locator("main .note.bad")).hasCount(0);
        assertThat(page.context().cookies().stream().map(c -> c.name))
            .doesNotContain("vagus_session");
      }
    }
    assertThat(server.get("/api/v1/users/grace").has("subject")).isFalse();
  }

  @Test
  void aCodeIsWorthNothingInAnotherBrowserAndAStateIsUsedOnce() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> left = get(client, "/api/v1/login/oidc", "");
      assertThat(left.statusCode()).isEqualTo(302);
      String there = left.headers().firstValue("Location").orElseThrow();
      assertThat(there)
          .contains("response_type=code", "code_challenge_method=S256", "nonce=", "state=");
      String state = there.replaceAll(".*[?&]state=([0-9a-f]+).*", "$1");
      String back = "/api/v1/login/oidc/callback?code=stolen&state=" + state;

      assertThat(get(client, back, "").statusCode()).isEqualTo(401);
      assertThat(get(client, back, "vagus_login=" + "0".repeat(64)).statusCode()).isEqualTo(401);
      assertThat(get(client, back + "&code=other", "vagus_login=" + state).statusCode())
          .isEqualTo(400);
      // RFC 6749 §4.1.2: what a provider adds is ignored.
      String more = "&session_state=1.2&iss=https%3A%2F%2Fid.example&acr=1&acr=2";
      HttpResponse<String> wrongCode = get(client, back + more, "vagus_login=" + state);
      assertThat(wrongCode.statusCode()).isEqualTo(401);
      assertThat(wrongCode.body()).contains("invalid_grant");
      assertThat(get(client, back, "vagus_login=" + state).body()).contains("state: ");
    }
  }

  private HttpResponse<String> get(HttpClient client, String path, String cookie) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.httpUrl() + path));
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
