package io.vagus.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.testkit.ConsoleBrowser;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The console in one window, and how a person gets about in it. */
final class Screen {
  private static final Path IMAGES =
      Path.of("").toAbsolutePath().getParent().resolve("dist/screenshots");

  /** Desktop and phone are where all of it must work. */
  enum Size {
    DESKTOP(1280, 900),
    PHONE(390, 844),
    WIDE(1920, 1080);

    final int width;
    final int height;

    Size(int width, int height) {
      this.width = width;
      this.height = height;
    }
  }

  final Page page;
  private final String url;
  private final Size size;
  private final ColorScheme scheme;

  private Screen(Page page, String url, Size size, ColorScheme scheme) {
    this.page = page;
    this.url = url;
    this.size = size;
    this.scheme = scheme;
  }

  static Screen open(ConsoleBrowser browser, String url, Size size, ColorScheme scheme) {
    Screen screen = new Screen(browser.open(size.width, size.height, scheme), url, size, scheme);
    screen.goTo("");
    return screen;
  }

  /** To an address of the console, such as {@code devices?q=pump}. */
  Screen goTo(String place) {
    page.navigate(url + "/#/" + place);
    return loaded();
  }

  /** To a page by its link in the head; on a phone they are in a menu. */
  Screen goToPage(String name) {
    if (size == Size.PHONE) {
      page.locator("button.menu").click();
    }
    // Behind the name some have a count.
    page.locator("#pages a")
        .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^\\s*" + name + "\\b")))
        .click();
    heading(name);
    return loaded();
  }

  /** To a page that stands beside one of the head. */
  Screen goToPage(String head, String beside) {
    goToPage(head);
    page.locator("main .title .choices a").getByText(beside, exactly()).click();
    heading(beside);
    return loaded();
  }

  /** An address with all there is to see at it, the slow parts too; {@code /…}: not the console. */
  Screen show(String place) {
    if (place.startsWith("/")) {
      page.navigate(url + place);
      assertThat(page.locator("details").first()).isVisible();
      return this;
    }
    goTo(place);
    if (place.isEmpty()) {
      assertThat(page.locator(".place").first()).isVisible();
    } else if (place.startsWith("devices/")) {
      assertThat(page.locator("v-chart canvas").first()).isVisible();
    } else if (place.endsWith("show=try")) {
      page.locator("v-rule-trial button.main").click();
      assertThat(page.locator(".verdict-line")).isVisible();
    } else if (place.startsWith("rules/")) {
      assertThat(page.locator(".save-bar p, .versions, v-firings tbody").first()).isVisible();
    }
    return this;
  }

  /** Some device is connected, and seen to be. */
  void firstDevice() {
    assertThat(page.locator(".figure .big").first()).hasText(Pattern.compile("^[1-9]"));
  }

  private static Locator.GetByTextOptions exactly() {
    return new Locator.GetByTextOptions().setExact(true);
  }

  /** Nothing is waited for any more, and nothing failed. */
  Screen loaded() {
    assertThat(page.locator("main h1").first()).isVisible();
    assertThat(page.locator("main .loading")).hasCount(0);
    assertThat(page.locator("main .note.bad")).hasCount(0);
    return this;
  }

  void heading(String text) {
    assertThat(page.locator("main h1").first()).hasText(text);
  }

  Locator find(String selector) {
    return page.locator(selector);
  }

  Locator find(String selector, String text) {
    return page.locator(selector, new Page.LocatorOptions().setHasText(text));
  }

  void click(String selector) {
    page.locator(selector).click();
  }

  /** What is chosen of the time ranges. */
  void range(String shown) {
    assertThat(page.locator("nav[aria-label='Time range'] a[aria-current=true]")).hasText(shown);
  }

  void chooseRange(String shown) {
    page.locator("nav[aria-label='Time range'] a").getByText(shown, exactly()).click();
    range(shown);
  }

  void at(String pattern) {
    assertThat(page).hasURL(Pattern.compile(pattern));
  }

  /** The number of a figure, whose unit may have digits too. */
  static int withoutUnit(Locator figure) {
    String unit = "e => e.textContent.replace(e.querySelector('small').textContent, '')";
    return Integer.parseInt(((String) figure.evaluate(unit)).replaceAll("\\D", ""));
  }

  int number(Locator shown) {
    return Integer.parseInt(shown.textContent().replaceAll("\\D", ""));
  }

  /** As it should be for everybody: no barrier, nothing wider than the window. */
  void inspect(String name) {
    String which = name + ", " + lower(scheme.name()) + ", " + lower(size.name());
    assertThat(ConsoleBrowser.barriers(page)).as(which).isEmpty();
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth - innerWidth"))
        .as(which + " is wider than the window")
        .isLessThanOrEqualTo(0);
  }

  void picture(String name) {
    String file = "%s-%s-%s.png".formatted(name, lower(scheme.name()), lower(size.name()));
    page.screenshot(new Page.ScreenshotOptions().setPath(IMAGES.resolve(file)).setFullPage(true));
  }

  private static String lower(String word) {
    return word.toLowerCase(java.util.Locale.ROOT);
  }
}
