package io.vagus.cli;

import static io.vagus.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.LogLevel;
import io.vagus.device.StoreConfig;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.kit.HostPort;
import io.vagus.server.Configuration;
import io.vagus.server.Server;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./vagus device log} against a real server with a device of the SDK. */
@Timeout(60)
class DeviceLogCommandTest {
  @TempDir Path folder;

  private MainTest.Run run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", folder.resolve("data").toString()));
    return MainTest.run(all.toArray(String[]::new));
  }

  private String ok(String... words) {
    MainTest.Run run = run(words);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void pullsPartAfterPartAndSetsTheLevel() throws Exception {
    Map<String, String> flags =
        Map.of(
            "data",
            folder.resolve("data").toString(),
            "http",
            "127.0.0.1:0",
            "mqtt",
            "127.0.0.1:0");
    try (Server server = Server.start(Configuration.read(null, Map.of(), flags));
        DeviceLoops loops = new DeviceLoops(1);
        Device pump = Device.open(register(server), loops)) {
      for (int n = 0; n < 150; n++) {
        pump.log().log(n % 50 == 0 ? LogLevel.WARN : LogLevel.INFO, "line " + n + ".");
      }
      assertThat(run("device", "log", "pull", "pump-7", "--within", "1").exitCode()).isOne();
      pump.connect();

      List<String> lines = ok("device", "log", "pull", "pump-7", "--lines", "120").lines().toList();
      assertThat(lines).hasSize(120);
      assertThat(IntStream.range(0, 120).allMatch(i -> lines.get(i).endsWith(" " + (30 + i) + ".")))
          .isTrue();
      assertThat(ok("device", "log", "pull", "pump-7", "--level", "warn").lines())
          .hasSize(3)
          .allMatch(line -> line.contains("  warn  line "));

      follow(pump);
      assertThat(ok("device", "log", "level", "pump-7", "debug", "--for", "600"))
          .contains("pump-7 notes debug for 600 s");
      assertThat(pump.log().level()).isEqualTo(LogLevel.DEBUG);
      MainTest.Run wrong = run("device", "log", "level", "pump-7", "loud", "--for", "600");
      assertThat(wrong.exitCode()).isOne();
      assertThat(wrong.err()).contains("failed  bad-argument", "expected: debug, info, warn");
    }
  }

  /** What comes later is printed as it comes, each line once, until it is interrupted. */
  private void follow(Device pump) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    String data = folder.resolve("data").toString();
    Thread following =
        Thread.ofPlatform()
            .start(() ->
                Main.commandLine()
                    .execute(
                        "device log pull pump-7 --lines 2 --follow --every 1 --data"
                            .concat(" " + data)
                            .split(" ")));
    try {
      eventually(
          Duration.ofSeconds(20), "the last ones", () -> out.toString(UTF_8).contains(" 149."));
      pump.log().log(LogLevel.INFO, "later.");
      eventually(
          Duration.ofSeconds(20), "what is new", () -> out.toString(UTF_8).contains("later."));
    } finally {
      following.interrupt();
      following.join();
      System.setOut(before);
    }
    assertThat(out.toString(UTF_8).lines()).hasSize(3);
  }

  private DeviceConfig register(Server server) throws Exception {
    Path model = Files.writeString(folder.resolve("pump.json"), "{\"id\": \"pump\"}");
    Path secret = Files.writeString(folder.resolve("secret"), "correct horse");
    ok("product", "create", model.toString());
    ok("device", "create", "pump-7", "--product", "pump", "--secret-file", secret.toString());
    String mqtt = server.readyLine().replaceFirst(".*mqtt=(\\S+).*", "$1");
    int port = Integer.parseInt(mqtt.substring(mqtt.lastIndexOf(':') + 1));
    return DeviceConfig.of("pump-7", new HostPort("127.0.0.1", port))
        .withSecret("correct horse")
        .with(StoreConfig.on(folder.resolve("device")));
  }
}
