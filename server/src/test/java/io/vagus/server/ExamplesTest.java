package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The devices of docs/examples, run as their first lines say, against a real server. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("").toAbsolutePath().resolveSibling("docs/examples");
  private static final Path C_SDK = EXAMPLES.resolveSibling("../device-c").normalize();
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir static Path built;
  @TempDir Path folder;

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

    String[] command(RunningServer server, String secret, boolean tls, Path data) {
      List<String> words = new ArrayList<>(command);
      words.addAll(List.of("pump-7", secret));
      String where = listener + (tls ? "s" : "");
      if (this == CURL) {
        words.add(server.address(where));
      } else {
        words.addAll(List.of("127.0.0.1", String.valueOf(server.port(where))));
      }
      if (tls) {
        words.add(data.resolve("tls/server.crt").toString());
      }
      return words.toArray(String[]::new);
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

  @ParameterizedTest
  @EnumSource
  void itsReadingsArriveOnce(Example example) throws Exception {
    try (RunningServer server = start()) {
      run(example.command(server, "correct horse", false, folder), 5, "0.05").succeeded();

      requireReadings(server, 5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"C", "C_SDK"})
  void itTrustsTheServersCertificate(Example example) throws Exception {
    try (RunningServer server = start("mqtts=127.0.0.1:0", "https=127.0.0.1:0")) {
      run(example.command(server, "correct horse", true, folder), 3, "0.05").succeeded();

      requireReadings(server, 3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongSecretEndsItAndItSaysWhy(Example example) throws Exception {
    try (RunningServer server = start()) {
      Command run = run(example.command(server, "wrong", false, folder), 1000, "0.05");

      assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
      assertThat(run.output()).contains("refused: wrong secret");
      assertThat(server.total().path("accepted").asInt()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itGoesOnAfterTheServerWasAway(Example example) throws Exception {
    Future<Command> running;
    String mqtt;
    String http;
    try (ExecutorService one = Executors.newVirtualThreadPerTaskExecutor()) {
      try (RunningServer server = start()) {
        mqtt = "mqtt=127.0.0.1:" + server.port("mqtt");
        http = "http=127.0.0.1:" + server.port("http");
        String[] command = example.command(server, "correct horse", false, folder);
        running = one.submit(() -> run(command, 25, "0.1"));
        eventually(BOUND, "some are stored", () -> readings(server) > 3);
      }
      try (RunningServer server = RunningServer.start(folder, mqtt, http)) {
        running.get(BOUND.toSeconds(), TimeUnit.SECONDS).succeeded();

        requireReadings(server, 25);
      }
    }
  }

  private RunningServer start(String... settings) {
    RunningServer server = RunningServer.start(folder, settings);
    server.register("pump", "pump-7");
    return server;
  }

  private static Command run(String[] command, int count, String interval) throws Exception {
    return Command.run(
        built, Map.of("COUNT", String.valueOf(count), "INTERVAL", interval), command);
  }

  private static int readings(RunningServer server) {
    return (int) server.export("pump-7").lines().count();
  }

  private static void requireReadings(RunningServer server, int count) {
    eventually(BOUND, count + " are stored", () -> readings(server) == count);
    assertThat(server.total().path("accepted").asInt()).isEqualTo(count);
    assertThat(server.total().path("deadLettered").asInt()).isZero();
    assertThat(server.get("/api/v1/gaps").path("items").size()).isZero();
  }
}
