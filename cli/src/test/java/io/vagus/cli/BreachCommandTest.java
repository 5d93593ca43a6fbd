package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.ProductModel;
import io.vagus.registry.Edit;
import io.vagus.registry.Group;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.server.Server;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.KeyKind;
import io.vagus.trust.OfflineRoot;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Devices shut out from the command line, on a running server, and what is kept of them. */
@Timeout(120)
class BreachCommandTest {
  @TempDir Path folder;
  private Path data;
  private Server server;

  private record Run(int exitCode, String out) {}

  @BeforeEach
  void serve() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
    OfflineRoot.create(
        DeviceCertificates.folder(data),
        folder.resolve("root.p12"),
        "a long passphrase".toCharArray(),
        KeyKind.P256,
        WallClock.system().now());
    try (SqlRegistry registry =
        SqlRegistry.open(
            data.resolve("registry.db"),
            Server.SCHEMA,
            WallClock.system(),
            MonotonicClock.system())) {
      fill(registry);
    }
    server =
        Server.start(
            TestRegistry.configuration(
                Map.of("data", data.toString(), "http", "127.0.0.1:0", "mqtt", "off")));
  }

  private static void fill(SqlRegistry registry) {
    registry.saveProduct(
        new ProductModel("pump", 1, "", Map.of(), Optional.empty(), Optional.empty(), 0));
    registry.saveGroup(
        new Group(new GroupId("north"), Optional.empty(), "North", Optional.empty()));
    for (String id : new String[] {"pump-1", "pump-2", "pump-3"}) {
      registry.createDevice(
          new NewDevice(new DeviceId(id), "pump", id, Map.of(), Optional.of("secret of " + id)));
      registry.updateDevice(
          new DeviceId(id),
          DevicePatch.NOTHING.withGroup(new Edit.Put<>(new GroupId("north"))),
          OptionalLong.empty());
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Run breach(String verb, Object... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Main.commandLine();
      line.setErr(new PrintWriter(out, true, StandardCharsets.UTF_8));
      String[] all = new String[words.length + 3];
      all[0] = "breach";
      all[1] = verb;
      all[2] = "--data=" + data;
      for (int i = 0; i < words.length; i++) {
        all[i + 3] = words[i].toString();
      }
      return new Run(line.execute(all), out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void shutsADeviceOutAndWritesEvidenceThatIsGenuineUntilSomebodyChangesIt() throws Exception {
    Path archive = folder.resolve("pump-1.zip");
    Run done = breach("contain", "--device=pump-1", "--reason=stolen", "--evidence=" + archive);
    assertThat(done.exitCode()).as(done.out()).isZero();
    assertThat(done.out())
        .contains(
            "pump-1: contained, was provisioned, 0 certificates and 0 tokens revoked, secret taken",
            "1 contained, 0 were already, 0 failed, 0 sessions still open",
            "evidence: " + archive);

    Run proved = breach("verify", archive);
    assertThat(proved.exitCode()).as(proved.out()).isZero();
    assertThat(proved.out()).contains("genuine: ", "about: device:pump-1", "under root ");

    byte[] bytes = Files.readAllBytes(archive);
    bytes[bytes.length / 3] ^= 1;
    Run broken = breach("verify", Files.write(folder.resolve("changed.zip"), bytes));
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.out()).startsWith("NOT GENUINE: ");
  }

  @Test
  void shutsAGroupOutAndDoesWhatIsLeftWhenDoneAgain() {
    assertThat(breach("contain", "--device=pump-2", "--reason=lost", "--no-evidence").out())
        .contains("1 contained")
        .doesNotContain("evidence: ");
    Run group = breach("contain", "--group=north", "--reason=gateway stolen", "--no-evidence");
    assertThat(group.exitCode()).isZero();
    assertThat(group.out())
        .contains("pump-1: contained", "pump-2: already", "pump-3: contained")
        .contains("2 contained, 1 were already, 0 failed");
  }

  @Test
  void neverWritesOverEvidenceThatIsThereAndChangesNothingByExport() throws Exception {
    Path archive = Files.writeString(folder.resolve("kept.zip"), "kept");
    Run refused = breach("export", "--device=pump-3", archive);
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.out()).contains("exists (expected: a new file");
    assertThat(Files.readString(archive)).isEqualTo("kept");

    assertThat(breach("export", "--device=pump-3", folder.resolve("new.zip")).exitCode()).isZero();
    assertThat(breach("contain", "--device=pump-3", "--reason=x", "--no-evidence").out())
        .contains("was provisioned");
  }

  @Test
  void saysWhatIsWrong() {
    Run unknown = breach("contain", "--device=ghost", "--reason=x", "--no-evidence");
    assertThat(unknown.exitCode()).isNotZero();
    assertThat(unknown.out()).contains("ghost", "is not known");
    assertThat(breach("contain", "--device=pump-1").exitCode()).isNotZero();
    assertThat(breach("verify", folder.resolve("none.zip")).exitCode()).isNotZero();
  }
}
