package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import io.vagus.testkit.ConsoleBrowser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** The demo fleet of a server where people and devices show who they are, with an authority. */
final class SecuredDemo implements AutoCloseable {
  private static final String PASSWORD = "a long walk home";
  private static final List<String> CERTIFIED = List.of("pump-001", "pump-002", "air-station-001");

  private final DemoProcess demo;
  private final ConsoleBrowser browser;
  private final Path folder;

  SecuredDemo(Path folder) throws IOException {
    this.folder = folder;
    Path data = Files.createDirectory(folder.resolve("data"));
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "a long passphrase\n");
    assertThat(
            Main.commandLine()
                .execute(
                    "ca",
                    "init",
                    "--data",
                    data.toString(),
                    "--root-key",
                    folder.resolve("root.p12").toString(),
                    "--passphrase-file",
                    passphrase.toString()))
        .isZero();
    demo =
        new DemoProcess(
            data, "--listen.open=false", "--https", "127.0.0.1:0", "--mqtts", "127.0.0.1:0");
    browser = new ConsoleBrowser(demo.url());
    people();
    groups();
    enrolment();
  }

  private void people() {
    user("ada", "Ada Lovelace", "operator");
    user("grace", "Grace Hopper", "responder");
    user("hedy", "Hedy Lamarr", "developer");
    demo.post(
        "/api/v1/tokens",
        "{\"name\": \"grafana\", \"scopes\": [\"viewer\"], \"lifetime\": \"3d\"}");
    demo.post(
        "/api/v1/tokens",
        "{\"name\": \"nightly\", \"scopes\": [\"operator\"], \"lifetime\": \"90d\"}");
  }

  private void user(String name, String display, String role) {
    demo.post(
        "/api/v1/users",
        "{\"name\": \"%s\", \"displayName\": \"%s\", \"password\": \"%s\", \"grants\": [{\"role\": \"%s\"}]}"
            .formatted(name, display, PASSWORD, role));
  }

  private void groups() {
    demo.send("PUT", "/api/v1/groups/acme", "{\"name\": \"Acme\"}");
    demo.send(
        "PUT", "/api/v1/groups/acme%2Fcold", "{\"parent\": \"acme\", \"name\": \"Cold chain\"}");
    demo.send(
        "PUT",
        "/api/v1/groups/acme%2Flyon",
        "{\"parent\": \"acme\", \"name\": \"All in Lyon\", \"query\": {\"tags\": {\"site\":"
            + " \"Lyon\"}}}");
    IntStream.rangeClosed(1, 9)
        .forEach(n ->
            demo.send("PATCH", "/api/v1/devices/cold-room-00" + n, "{\"group\": \"acme/cold\"}"));
  }

  private void enrolment() {
    demo.post("/api/v1/enrolment/batches", "{\"id\": \"march\", \"product\": \"pump\"}");
    String members =
        IntStream.rangeClosed(1, 12)
            .mapToObj(
                n -> "{\"device\": \"new-%02d\", \"serialNumber\": \"SN-%04d\"}".formatted(n, n))
            .collect(Collectors.joining(","));
    demo.post("/api/v1/enrolment/batches/march/members", "{\"members\": [" + members + "]}");
    demo.post("/api/v1/enrolment/tokens", "{\"batch\": \"march\", \"count\": 4}");
    CERTIFIED.forEach(this::certify);
  }

  private void certify(String device) {
    Path request = folder.resolve(device + ".csr");
    try {
      Process openssl =
          new ProcessBuilder(
                  "openssl",
                  "req",
                  "-new",
                  "-newkey",
                  "ec",
                  "-pkeyopt",
                  "ec_paramgen_curve:P-256",
                  "-nodes",
                  "-keyout",
                  "/dev/null",
                  "-subj",
                  "/CN=" + device,
                  "-out",
                  request.toString())
              .redirectErrorStream(true)
              .start();
      openssl.getInputStream().readAllBytes();
      assertThat(openssl.waitFor()).isZero();
      demo.post(
          "/api/v1/devices/" + device + "/certificates",
          JsonMapper.shared().writeValueAsString(Map.of("csr", Files.readString(request))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A place of each page by the name of its picture. */
  static Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("enrol", "enrol");
    places.put("connect", "enrol/new-pump?by=secret");
    places.put("connect-token", "enrol/new-pump?by=token&with=python");
    places.put("groups", "groups/acme%2Fcold");
    places.put("group-dynamic", "groups/acme%2Flyon");
    places.put("batches", "batches");
    places.put("batch", "batches/march");
    places.put("credentials", "credentials");
    places.put("device-credentials", "devices/pump-001");
    places.put("people", "people");
    places.put("person", "people/ada");
    places.put("tokens", "tokens");
    places.put("account", "account");
    places.put("event-log", "events");
    return places;
  }

  /** Where one signs in. */
  Screen open(Screen.Size size, ColorScheme scheme) {
    demo.post("/api/v1/devices", "{\"id\": \"new-pump\", \"product\": \"pump\"}");
    return Screen.open(browser, demo.url(), size, scheme);
  }

  void signIn(Screen screen) {
    screen.find("#secret").fill(demo.token());
    screen.click("button.main");
    assertThat(screen.find("#account").textContent()).isNotEmpty();
    screen.loaded();
  }

  @Override
  public void close() {
    browser.requireNoComplaint();
    browser.close();
    demo.close();
  }
}
