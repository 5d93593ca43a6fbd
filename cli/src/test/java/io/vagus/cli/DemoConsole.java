package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.vagus.kit.MonotonicClock;
import io.vagus.testkit.ConsoleBrowser;
import io.vagus.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import tools.jackson.databind.JsonNode;

/** The demo fleet and a browser, started once for all test classes that ask for them. */
final class DemoConsole implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final double ASSERTION_MILLIS = 15_000;

  final DemoProcess demo;
  final ConsoleBrowser browser;
  private final Path folder;

  /** Of the command {@code up --demo} until a device is seen. */
  final Duration untilFirstDevice;

  private final Map<Screen.Size, Screen> screens = new EnumMap<>(Screen.Size.class);

  private DemoConsole() throws IOException {
    PlaywrightAssertions.setDefaultAssertionTimeout(ASSERTION_MILLIS);
    folder = Files.createTempDirectory("vagus-demo");
    long startNanos = MonotonicClock.system().nanos();
    demo = new DemoProcess(folder);
    browser = new ConsoleBrowser(demo.url());
    open(Screen.Size.DESKTOP).firstDevice();
    untilFirstDevice = Duration.ofNanos(MonotonicClock.system().nanos() - startNanos);
    String twice = "{\"id\": \"twice\", \"values\": {\"temperature\": 21.5}}";
    demo.post("/v1/probe-1/telemetry", twice);
    demo.post("/v1/probe-1/telemetry", twice);
    for (String list :
        List.of(
            "dead-letters?device=pump-004",
            "refusals",
            "duplicates",
            "gaps",
            "alerts",
            "firings?rule=cold-room-warm")) {
      Eventually.eventually(
          BOUND, list, () -> !demo.get("/api/v1/" + list).path("items").isEmpty());
    }
  }

  /** The window of that size, at the overview; a second time it is there already. */
  Screen open(Screen.Size size) {
    return screens
        .computeIfAbsent(size, s -> Screen.open(browser, demo.url(), s, ColorScheme.LIGHT))
        .goTo("");
  }

  /** A place of each page by the name of its picture, with what makes it worth one. */
  Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("overview", "");
    places.put("devices", "devices?q=pump-0");
    places.put("device", "devices/cold-room-044");
    places.put("this-machine", "devices/this-machine?range=15m");
    places.put("timeline", "devices/cold-room-044/timeline?range=15m");
    places.put("commands", "commands");
    places.put("bulk-commands", "bulk");
    places.put("tags", "tags");
    places.put("add-a-device", "enrol");
    places.put("connect-open", "enrol/pump-001?with=curl");
    places.put("no-group", "groups");
    places.put("no-batch", "batches");
    places.put("no-authority", "credentials");
    places.put("alerts", "alerts");
    places.put("alert", "alerts/" + first("alerts", "id"));
    places.put("rules", "rules");
    places.put("rule", "rules/cold-room-warm");
    places.put("rule-json", "rules/cold-room-warm?show=json");
    places.put("rule-trial", "rules/cold-room-warm?show=try");
    places.put("rule-firings", "rules/cold-room-warm?show=firings");
    places.put("rule-history", "rules/cold-room-warm?show=history");
    places.put("new-rule", "rules/new");
    places.put("sinks", "sinks");
    places.put("sink", "sinks/control-room");
    places.put("new-sink", "sinks/new");
    places.put("messages", "messages");
    places.put("message", "messages?id=" + first("devices/pump-001/messages", "id"));
    places.put("dead-letters", "dead-letters");
    places.put("dead-letter", "dead-letters/" + first("dead-letters?device=pump-004", "id"));
    places.put("refusals", "refusals");
    places.put("duplicates", "duplicates");
    places.put("gaps", "gaps?range=6h");
    places.put("events", "events");
    places.put("ledger", "ledger");
    places.put("products", "products");
    places.put("product", "products/pump");
    places.put("new-product", "products/new");
    places.put("health", "health");
    places.put("top", "top?by=delay");
    places.put("nothing-found", "devices?q=nothing-is-called-so");
    places.put("no-such-page", "nowhere");
    places.put("docs", "/api/docs");
    return places;
  }

  /** A field of the first item of a list of the API. */
  String first(String list, String field) {
    return demo.get("/api/v1/" + list).path("items").path(0).path(field).asString();
  }

  /** Whatever a page does a script can do: each call is one of the published contract. */
  void requireContract() {
    JsonNode paths = demo.get("/api/openapi.json").path("paths");
    List<Pattern> known =
        paths.properties().stream()
            .flatMap(path ->
                path.getValue().propertyNames().stream()
                    .map(method -> method.toUpperCase(Locale.ROOT) + " " + path.getKey()))
            .map(call -> Pattern.compile(call.replaceAll("\\{[^}]+\\}", "[^/]+")))
            .toList();
    assertThat(browser.asked())
        .filteredOn(call -> call.contains(" /api/v1/"))
        .isNotEmpty()
        .allMatch(call -> known.stream().anyMatch(p -> p.matcher(call).matches()));
  }

  @Override
  public void close() {
    browser.close();
    demo.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives it to the constructors of test classes; JUnit closes it after the last one. */
  static final class Provider implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == DemoConsole.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(DemoConsole.class))
          .computeIfAbsent(DemoConsole.class, key -> begin(), DemoConsole.class);
    }

    private static DemoConsole begin() {
      try {
        return new DemoConsole();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
