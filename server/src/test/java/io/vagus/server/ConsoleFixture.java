package io.vagus.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.testkit.ConsoleBrowser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One server and one browser for all tests of a class; a test asks for pages. After each test axe
 * looks at them as they are, and what they complained of fails it.
 */
final class ConsoleFixture implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** Starts the server in a folder of its own. */
  interface Beginning {
    RunningServer begin(Path folder) throws Exception;
  }

  private final Beginning beginning;
  private final List<Page> pages = new ArrayList<>();
  private Path folder = Path.of("");
  private RunningServer server;
  private ConsoleBrowser browser;

  ConsoleFixture(Beginning beginning) {
    this.beginning = beginning;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    folder = Files.createTempDirectory("console");
    server = beginning.begin(folder);
    browser = new ConsoleBrowser(server.httpUrl());
  }

  Path folder() {
    return folder;
  }

  RunningServer server() {
    return server;
  }

  ConsoleBrowser browser() {
    return browser;
  }

  /** Nobody is signed in; for an open server, and for who signs in by himself. */
  Page open(int width, int height, ColorScheme scheme) {
    Page page = browser.open(width, height, scheme);
    pages.add(page);
    return page;
  }

  Page open() {
    return open(1280, 900, ColorScheme.LIGHT);
  }

  /** With a token, on a desktop. */
  Page signIn(String token) {
    Page page = open();
    page.navigate(server.httpUrl());
    page.locator("#secret").fill(token);
    page.locator("button.main").click();
    page.locator("#account").waitFor();
    return page;
  }

  Page signIn() {
    return signIn(server.token());
  }

  void go(Page page, String place) {
    page.navigate(server.httpUrl() + "/#/" + place);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<Page> opened = List.copyOf(pages);
    pages.clear();
    Optional<Throwable> failure = context.getExecutionException();
    try {
      if (failure.isEmpty()) {
        opened.forEach(page -> assertThat(ConsoleBrowser.barriers(page)).as(page.url()).isEmpty());
      }
      browser.requireNoComplaint();
    } catch (AssertionError complaint) {
      failure.ifPresent(why -> why.addSuppressed(complaint));
      if (failure.isEmpty()) {
        throw complaint;
      }
    } finally {
      opened.forEach(page -> page.context().close());
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    browser.close();
    server.close();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
