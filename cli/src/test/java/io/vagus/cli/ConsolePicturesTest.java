package io.vagus.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.cli.Screen.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
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
  private void awaitSomeMinutes() {
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
    awaitSomeMinutes();
    Screen screen = Screen.open(console.browser, console.demo.url(), size, scheme);
    console
        .places()
        .forEach((name, place) -> {
          screen.show(place).inspect(name);
          screen.picture(name);
        });
  }

  /** What people and credentials have, on a server that asks everybody who he is. */
  @Test
  void ofPeopleAndCredentials(@TempDir Path folder) throws IOException {
    try (SecuredDemo secured = new SecuredDemo(folder)) {
      for (Size size : Size.values()) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
          Screen screen = secured.open(size, scheme);
          screen.inspect("sign-in");
          screen.picture("sign-in");
          secured.signIn(screen);
          SecuredDemo.places()
              .forEach((name, place) -> {
                screen.show(place).inspect(name);
                screen.picture(name);
              });
        }
      }
    }
  }
}
