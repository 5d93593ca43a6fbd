package io.vagus.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.cli.Screen.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures of every page for the docs, by {@code ./vagus test --screenshots}. */
@Tag("pictures")
@Timeout(300)
@ExtendWith(DemoConsole.Provider.class)
class ConsolePicturesTest {
  private static final double MINUTES_MILLIS = 240_000;

  private final DemoConsole console;

  ConsolePicturesTest(DemoConsole console) {
    this.console = console;
  }

  /** The first minutes of a server have little to draw. */
  @BeforeEach
  void someMinutesAreOver() {
    Screen screen = console.open(Size.PHONE);
    Locator.WaitForOptions bound = new Locator.WaitForOptions().setTimeout(MINUTES_MILLIS);
    screen.find("v-heat canvas").waitFor(bound);
    assertThat(screen.find(".place").first()).isVisible();
  }

  @ParameterizedTest
  @CsvSource({
    "LIGHT,DESKTOP",
    "DARK,DESKTOP",
    "LIGHT,PHONE",
    "DARK,PHONE",
    "LIGHT,WIDE",
    "DARK,WIDE"
  })
  void ofEveryPage(ColorScheme scheme, Size size) {
    Screen screen = Screen.open(console.browser, console.demo.url(), size, scheme);
    console
        .places()
        .forEach((name, place) -> {
          screen.show(place).inspect(name);
          screen.picture(name);
        });
  }
}
