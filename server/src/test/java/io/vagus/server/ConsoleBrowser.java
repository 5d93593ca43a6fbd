package io.vagus.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Debian's Chromium, headless. What a page complains of, and whom else it asks, is kept. */
final class ConsoleBrowser implements AutoCloseable {
  private static final Path CHROMIUM =
      Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Playwright playwright =
      Playwright.create(
          new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  private final Browser browser =
      playwright
          .chromium()
          .launch(
              new BrowserType.LaunchOptions()
                  .setExecutablePath(CHROMIUM)
                  .setHeadless(true)
                  .setArgs(FLAGS));
  private final String url;
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  ConsoleBrowser(String url) {
    this.url = url;
  }

  /** A window of its own: no cookie, no cache. */
  Page open(int width, int height, ColorScheme scheme) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE));
    Page page = context.newPage();
    page.setDefaultTimeout(10_000);
    page.onConsoleMessage(message -> {
      if (Set.of("error", "warning").contains(message.type())) {
        complaints.add(message.text() + " at " + message.location());
      }
    });
    page.onPageError(complaints::add);
    page.onRequest(request -> {
      if (!request.url().startsWith(url) && !request.url().startsWith("data:")) {
        complaints.add("asked elsewhere: " + request.url());
      }
    });
    return page;
  }

  void requireNoComplaint() {
    assertThat(complaints).isEmpty();
  }

  /** What axe finds that is serious or critical. */
  static List<String> barriers(Page page) {
    List<String> found = new ArrayList<>();
    for (Rule rule : new AxeBuilder(page).analyze().getViolations()) {
      if (Set.of("serious", "critical").contains(rule.getImpact())) {
        rule.getNodes().stream()
            .limit(3)
            .forEach(node -> found.add(rule.getId() + ": " + node.getHtml()));
      }
    }
    return found;
  }

  @Override
  public void close() {
    playwright.close();
  }
}
