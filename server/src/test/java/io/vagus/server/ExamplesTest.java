package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The devices of docs/examples, run as their first lines say, against a real server. */
@Timeout(120)
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("").toAbsolutePath().resolveSibling("docs/examples");
  private static final Path C_SDK = EXAMPLES.resolveSibling("../device-c").normalize();
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir static Path built;
  @TempDir static Path data;

  /** Of all that need not stop it. */
  private static RunningServer shared;

  private static int sent;

  enum Example {
    MOSQUITTO("mqtt", "bash", EXAMPLES + "/mosquitto.sh"),
    CURL("http", "bash", EXAMPLES + "/curl.sh"),
    PYTHON("mqtt", "/usr/bin/python3", EXAMPLES + "/device.py"),
    NODE("mqtt", "node", "node/device.js"),
    C("mqtt", "./device"),
    C_SDK("mqtt", "./sdk-device"),
    JAVA_SDK(
        "mqtt",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        EXAMPLES + "/Pump.java");

    private final String listener;
    private final List<String> command;

    Example(String listener, String... command) {
      this.listener = listener;
      this.command = List.of(command);
    }

    /** To send so many readings, as a device that is registered for it. */
    Command run(RunningServer server, String secret, String where, int count, String interval)
        throws Exception {
      Map<String, String> environment = Map.of("COUNT", "" + count, "INTERVAL", interval);
      return Command.run(built, environment, words(server, secret, where));
    }

    private String[] words(RunningServer server, String secret, String where) {
      List<String> words = new ArrayList<>(command);
      words.addAll(List.of(device(), secret));
      if (this == CURL) {
        words.add(server.address(where));
      } else {
        words.addAll(List.of("127.0.0.1", String.valueOf(server.port(where))));
      }
      if (where.endsWith("s")) {
        words.add(data.resolve("tls/server.crt").toString());
      }
      return words.toArray(String[]::new);
    }

    String device() {
      return "pump-" + ordinal();
    }
  }

  @BeforeAll
  static void build() throws Exception {
    compile("-o device %s/device.c".formatted(EXAMPLES));
    compile("-I%s -o sdk-device %s/sdk-device.c %s/vagus*.c".formatted(C_SDK, EXAMPLES, C_SDK));
    Path node = Files.createDirectory(built.resolve("node"));
    for (String file : List.of("package.json", "package-lock.json", ".npmrc", "device.js")) {
      Files.copy(EXAMPLES.resolve("node").resolve(file), node.resolve(file));
    }
    Command.run(node, Map.of(), "npm", "ci", "--no-audit", "--no-fund").succeeded();
  }

  private static void compile(String what) throws Exception {
    Command.run(built, Map.of(), "bash", "-c", "gcc -Wall -Wextra -Werror " + what).succeeded();
  }

  @BeforeAll
  static void startServer() {
    shared = RunningServer.start(data, "mqtts=127.0.0.1:0", "https=127.0.0.1:0");
    shared.registerAll(Example.values().length, "correct horse");
  }

  /** A reading under two ids, or one that could not be read, is seen here. */
  @AfterAll
  static void nothingElseWasSent() {
    try (RunningServer server = shared) {
      server.requireDecided(Map.of("accepted", sent, "deadLettered", 0));
      assertThat(server.get("/api/v1/gaps").path("items").size()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itsReadingsArriveOnce(Example example) throws Exception {
    requireStored(example, example.listener, 5);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"C", "C_SDK"})
  void itTrustsTheServersCertificate(Example example) throws Exception {
    requireStored(example, example.listener + "s", 3);
  }

  private static void requireStored(Example example, String listener, int count) throws Exception {
    int before = readings(shared, example);

    example.run(shared, "correct horse", listener, count, "0.05").succeeded();

    sent += count;
    requireReadings(shared, example, before + count);
  }

  @ParameterizedTest
  @EnumSource
  void aWrongSecretEndsItAndItSaysWhy(Example example) throws Exception {
    Command run = example.run(shared, "wrong", example.listener, 1000, "0.05");

    assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
    assertThat(run.output()).contains("refused: wrong secret");
  }

  @Test
  void allGoOnAfterTheServerWasAway(@TempDir Path folder) throws Exception {
    Map<Example, Future<Command>> running = new EnumMap<>(Example.class);
    String[] addresses;
    try (ExecutorService runs = Executors.newVirtualThreadPerTaskExecutor()) {
      try (RunningServer server = RunningServer.start(folder)) {
        server.registerAll(Example.values().length, "correct horse");
        addresses =
            Stream.of("mqtt", "http")
                .map(name -> name + "=127.0.0.1:" + server.port(name))
                .toArray(String[]::new);
        for (Example example : Example.values()) {
          running.put(
              example,
              runs.submit(() -> example.run(server, "correct horse", example.listener, 40, "0.1")));
        }
        for (Example example : Example.values()) {
          eventually(BOUND, "some are stored", () -> readings(server, example) > 3);
        }
      }
      try (RunningServer server = RunningServer.start(folder, addresses)) {
        for (Example example : Example.values()) {
          running.get(example).get(BOUND.toSeconds(), TimeUnit.SECONDS).succeeded();
          requireReadings(server, example, 40);
        }
        server.requireDecided(Map.of("accepted", 40 * Example.values().length, "deadLettered", 0));
        assertThat(server.get("/api/v1/gaps").path("items").size()).isZero();
      }
    }
  }

  private static int readings(RunningServer server, Example example) {
    return (int) server.export(example.device()).lines().count();
  }

  private static void requireReadings(RunningServer server, Example example, int count) {
    eventually(BOUND, count + " are stored", () -> readings(server, example) == count);
  }
}
