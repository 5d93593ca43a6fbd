package io.vagus.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.WallClock;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A device whose class path has no CEL. */
public class WithoutCelTest {

  /** Sees what a device without interlocks needs. */
  private static final class Bare extends URLClassLoader {
    Bare(URL[] classPath) {
      super(classPath, ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.vagus.expression.") || name.startsWith("dev.cel.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  /** Called by its name, in the bare class loader. */
  public static String answers() {
    Interlocks interlocks = new Interlocks(Optional.empty(), "d1", new Known(), WallClock.system());
    String before = answer(interlocks, "move");
    String message =
        "{\"product\":\"valve\",\"version\":1,\"commands\":{\"move\":{\"interlocks\":"
            + "[{\"id\":\"low\",\"expression\":\"true\",\"message\":\"Too much\"}]}}}";
    interlocks.received(message.getBytes(UTF_8));
    return before + "|" + answer(interlocks, "move") + "|" + answer(interlocks, "stop");
  }

  private static String answer(Interlocks interlocks, String name) {
    return interlocks
        .refusal(new Command("c", 1, Command.Lane.NORMAL, name, Map.of(), Optional.empty()))
        .map(Command.Result::detail)
        .orElse("passes");
  }

  @Test
  void refusesWhatHasAnInterlockAndNothingElse() throws Exception {
    URL[] classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(WithoutCelTest::url)
            .toArray(URL[]::new);
    try (Bare loader = new Bare(classPath)) {
      Object answers =
          loader.loadClass(WithoutCelTest.class.getName()).getMethod("answers").invoke(null);
      assertThat(answers)
          .isEqualTo(
              "passes|Too much (cannot be judged: no CEL on the class path of this device;"
                  + " expected: io.vagus:expression)|passes");
    }
    assertThat(answers()).isEqualTo("passes|passes|passes"); // with CEL, true is true
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(entry, e);
    }
  }
}
