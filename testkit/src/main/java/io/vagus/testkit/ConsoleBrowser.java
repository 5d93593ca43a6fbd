package io.vagus.testkit;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Debian's Chromium, headless. What a page complains of, and whom else it asks, is kept. */
public final class ConsoleBrowser implements AutoCloseable {
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

  private static final String BARRIERS =
      """
      async () => {
        const alike = [['tbody tr:nth-child(n+13)']];
        const found = await axe.run({exclude: alike}, {resultTypes: ['violations']});
        return found.violations
            .filter(rule => ['serious', 'critical'].includes(rule.impact))
            .flatMap(rule => rule.nodes.slice(0, 3).map(node => rule.id + ': ' + node.html));
      }\
      """;

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
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /**
   * @param url of the only server that pages may ask
   */
  public ConsoleBrowser(String url) {
    this.url = url;
  }

  /** A window of its own: no cookie, no cache. */
  public Page open(int width, int height, ColorScheme scheme) {
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
      if (request.url().startsWith(url)) {
        String path = request.url().substring(url.length()).replaceFirst("[?#].*", "");
        asked.add(request.method() + " " + path);
      } else if (!request.url().startsWith("data:")) {
        complaints.add("asked elsewhere: " + request.url());
      }
    });
    return page;
  }

  /** What pages asked the server so far, as method and path. */
  public Set<String> asked() {
    return Set.copyOf(asked);
  }

  /** Fails when since the last call a page wrote an error or a warning, or asked another server. */
  public void requireNoComplaint() {
    List<String> all = List.copyOf(complaints);
    complaints.removeAll(all);
    if (!all.isEmpty()) {
      throw new AssertionError(String.join("\n", all));
    }
  }

  /** Forgets a complaint that a test is about; fails when there was none. */
  public void requireComplaint(String part) {
    if (!complaints.removeIf(complaint -> complaint.contains(part))) {
      throw new AssertionError("no complaint says \"" + part + "\": " + complaints);
    }
  }

  /**
   * What axe finds that is serious or critical, in the first twelve rows of a table: the others are
   * alike. Its script is brought in once a document.
   */
  @SuppressWarnings("unchecked")
  public static List<String> barriers(Page page) {
    if (!(Boolean) page.evaluate("'axe' in window")) {
      page.evaluate(AxeBuilder.getAxeScript());
    }
    return (List<String>) page.evaluate(BARRIERS);
  }

  @Override
  public void close() {
    playwright.close();
  }
}
