package io.vagus.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.vagus.testkit.ConsoleBrowser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A newcomer adds a device in the console, runs what the page says, and sees it send. */
@Timeout(180)
class EnrolConsoleTest {
  @RegisterExtension
  static final ConsoleFixture CONSOLE =
      new ConsoleFixture(folder -> TestAuthority.make(folder).serve());

  /** Where the device is. */
  @TempDir Path folder;

  private final RunningServer server = CONSOLE.server();
  private final ConsoleBrowser browser = CONSOLE.browser();
  private final Page page = CONSOLE.signIn();

  private void make(String id, String by) {
    page.navigate(server.httpUrl() + "/#/enrol?product=pump");
    page.locator("#id").fill(id);
    page.locator("input[value=" + by + "]").check();
    page.locator("button:has-text('Make the device')").click();
    assertThat(page.locator(".first")).containsText("Waiting for the first message");
  }

  /** What stands in a block that can be copied. */
  private String text(String label) {
    return page.locator("pre[aria-label='" + label + "']").textContent();
  }

  /** As typed in a shell where the device is; what goes on by itself is ended after a while. */
  private Command run(String command) throws Exception {
    Files.writeString(folder.resolve("run.sh"), command);
    return Command.run(folder, Map.of(), "timeout", "20", "bash", "-euo", "pipefail", "run.sh");
  }

  private void save(String label, String file) throws IOException {
    Files.writeString(folder.resolve(file), text(label));
  }

  private void itSends(String value) {
    itSends(Pattern.compile(value.replace(".", "\\.")));
  }

  private void itSends(Pattern value) {
    Locator first = page.locator(".first.came");
    assertThat(first).containsText("It sends.");
    assertThat(first.locator("td.strong").first()).hasText(value);
  }

  @Test
  void aNewcomerMakesAProductAndADeviceWhoseFirstMessageTurnsUp() throws Exception {
    page.navigate(server.httpUrl() + "/#/devices");
    page.locator("a:has-text('Add a device')").click();
    page.locator("#kind").selectOption("+");
    page.locator("#product").fill("room");
    page.locator("#id").fill("room-1");
    page.locator("#name").fill("First room");
    page.locator("button:has-text('Make the device')").click();
    String secret = text("Secret");
    assertThat(secret).hasSizeGreaterThan(32);
    assertThat(page.content()).doesNotContain(server.token());

    String example = text("Example for mosquitto");
    assertThat(example).contains(secret, "-p " + server.port("mqtt"));
    String wrong = example.replace(secret, "not the secret");
    assertThat(run(wrong.replace("-P not the secret", "-P 'not the secret'")).exitCode())
        .isNotZero();
    Locator refused = page.locator(".first.refused");
    assertThat(refused).containsText("bad credentials");
    assertThat(refused).containsText("Copy the example again");
    run(example).succeeded();
    itSends("21.5");

    page.reload();
    assertThat(page.locator(".first.came")).isVisible();
    assertThat(page.locator("pre[aria-label=Secret]")).hasCount(0);
    page.locator("a:has-text('Open room-1')").click();
    assertThat(page.locator("main h1")).hasText("First room");
    assertThat(server.get("/api/v1/devices/room-1/certificates").path("items").size()).isZero();
  }

  @Test
  void everyExampleSendsAsItStands() throws Exception {
    for (String with : List.of("curl", "python", "node", "java", "c")) {
      make("sends-" + with, "secret");
      page.locator("nav[aria-label=Example] a[href$='with=" + with + "']").click();
      String example = page.locator("pre[aria-label='Example for " + with + "' i]").textContent();
      Process device = start(with, example);
      try {
        itSends(Pattern.compile(with.equals("c") ? "2\\d\\.5" : "21\\.5"));
      } finally {
        device.destroy();
        device.waitFor();
      }
    }
  }

  /** As the page says to run it; until it is ended. */
  private Process start(String with, String example) throws Exception {
    switch (with) {
      case "python" -> {
        Files.writeString(folder.resolve("device.py"), example);
        return process("/usr/bin/python3", "device.py");
      }
      case "node" -> {
        Files.writeString(folder.resolve("device.mjs"), example);
        Path modules = Modules.installed(CONSOLE.folder());
        Files.createSymbolicLink(folder.resolve("node_modules"), modules);
        return process("node", "device.mjs");
      }
      case "java" -> {
        Files.writeString(folder.resolve("Sends.java"), example);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return process(java, "-cp", System.getProperty("java.class.path"), "Sends.java");
      }
      case "c" -> {
        Path root = Path.of("").toAbsolutePath().getParent();
        for (String part : List.of("docs", "device-c")) {
          Files.createSymbolicLink(folder.resolve(part), root.resolve(part));
        }
        return process("bash", "-euo", "pipefail", "-c", example.replace("\n./", "\nexec ./"));
      }
      default -> {
        return process("bash", "-euo", "pipefail", "-c", example);
      }
    }
  }

  private Process process(String... command) throws IOException {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("run.log").toFile())
        .start();
  }

  /** MQTT.js, as its lock file says. */
  private static final class Modules {
    private static Path installed(Path shared) throws Exception {
      Path from = Path.of("").toAbsolutePath().resolveSibling("docs/examples/node");
      for (String file : List.of("package.json", "package-lock.json")) {
        Files.copy(from.resolve(file), shared.resolve(file));
      }
      Command.run(shared, Map.of(), "npm", "ci", "--no-audit", "--no-fund").succeeded();
      return shared.resolve("node_modules");
    }
  }

  @Test
  void aTokenServesOnceForACertificate() throws Exception {
    make("by-token", "token");
    page.locator("button:has-text('Make a token')").click();
    String token = text("Token");
    assertThat(text("Enrolment")).contains(token);
    save("The server’s certificate", "server.crt");
    run(text("Key and request")).succeeded();
    run(text("Enrolment")).succeeded();
    run(text("Example for mosquitto")).succeeded();
    itSends("21.5");

    run(text("Key and request")).succeeded(); // another key: not the one that has its certificate
    assertThat(run(text("Enrolment")).exitCode()).isNotZero();
    page.locator("details:has-text('cannot make a request') summary").click();
    assertThat(run(text("Enrolment without a request")).output()).contains("token-used");
  }

  @Test
  void aRequestIsTakenToTheServerAndItsCertificateBack() throws Exception {
    make("by-request", "certificate");
    save("The server’s certificate", "server.crt");
    run(text("Key and request")).succeeded();
    page.locator("#csr").fill("not a request");
    page.locator("button:has-text('Issue its certificate')").click();
    assertThat(page.locator(".note.bad")).containsText("csr");
    browser.requireComplaint("status of 400");
    page.locator("#csr").fill(Files.readString(folder.resolve("by-request.csr")));
    page.locator("button:has-text('Issue its certificate')").click();
    page.locator("pre[aria-label=Certificate]").waitFor();
    save("Certificate", "by-request.crt");
    page.locator("nav[aria-label=Example] a:has-text('curl')").click();
    run(text("Example for curl")).succeeded();
    itSends("21.5");
  }

  @Test
  void aBatchShowsWhoHasEnrolledAndWhoIsAwaited() throws Exception {
    page.navigate(server.httpUrl() + "/#/batches");
    page.locator("#id").fill("march");
    page.locator("button:has-text('Make the batch')").click();
    page.locator("#devices").fill("meter-1, SN-1\nmeter-2\n\nmeter-3");
    page.locator("button:has-text('List them')").click();
    assertThat(page.locator(".facts")).containsText("0 of 3");
    page.locator("#count").fill("2");
    page.locator("button.main:has-text('Make')").last().click();
    List<String> tokens = text("Tokens").lines().toList();
    assertThat(tokens).hasSize(2);
    String enrol =
        "curl -sf --cacert %s/data/tls/server.crt -H 'Authorization: Bearer %s' -H 'Content-Type:"
            + " application/json' https://localhost:%d/enrol -d '{\"device\": \"meter-1\"}'";
    run(enrol.formatted(CONSOLE.folder(), tokens.getFirst(), server.port("https"))).succeeded();

    assertThat(page.locator(".facts")).containsText("1 of 3");
    assertThat(page.locator("tr:has-text('meter-1')").first()).containsText("token");
    assertThat(page.locator("td:has-text('awaited')")).hasCount(2);
    assertThat(page.locator("button:has-text('Revoke')")).hasCount(1); // one was used
    page.locator("button:has-text('Revoke')").click();
    assertThat(page.locator("td:has-text('revoked')")).hasCount(1);
    page.locator("button:has-text('Close')").first().click();
    page.locator("dialog[open] button.main").click();
    assertThat(page.locator(".state")).hasText("closed");
    assertThat(server.get("/api/v1/enrolment/batches/march").path("open").asBoolean()).isFalse();
  }

  @Test
  void anIdThatIsTakenIsSaidBesideIt() {
    make("taken", "secret");
    page.navigate(server.httpUrl() + "/#/enrol?product=pump");
    page.locator("#id").fill("taken");
    page.locator("button:has-text('Make the device')").click();
    assertThat(page.locator("#id[aria-invalid=true]")).isFocused();
    assertThat(page.locator("#id-note")).containsText("taken");
    browser.requireComplaint("status of 409");
  }
}
