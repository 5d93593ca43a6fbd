package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.WallClock;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Batches, tokens and claim certificates from the command line, on a running server. */
class EnrolCommandTest {
  @TempDir Path folder;
  private Server server;

  private record Run(int exitCode, String out) {}

  @BeforeEach
  void start() throws Exception {
    OfflineRoot.create(
        DeviceCertificates.folder(folder),
        folder.resolve("root.p12"),
        "a long passphrase".toCharArray(),
        KeyKind.P256,
        WallClock.system().now());
    server =
        Server.start(
            TestRegistry.configuration(
                Map.of("data", folder.toString(), "http", "127.0.0.1:0", "mqtt", "off")));
    Path product = Files.writeString(folder.resolve("pump.json"), "{\"id\": \"pump\"}");
    succeeds("product", "create", product.toString());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Run vagus(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Main.commandLine();
      line.setErr(new PrintWriter(out, true, StandardCharsets.UTF_8));
      String[] all =
          Stream.concat(Stream.of(words), Stream.of("--data=" + folder)).toArray(String[]::new);
      return new Run(line.execute(all), out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  private String succeeds(String... words) {
    Run run = vagus(words);
    assertThat(run.exitCode()).as(run.out()).isZero();
    return run.out();
  }

  @Test
  void makesABatchWithMembersAndTokensAndClosesIt() throws Exception {
    Path list = Files.writeString(folder.resolve("devices.csv"), "pump-7,SN 7\n\npump-8\n");
    assertThat(succeeds("enrol", "batch", "create", "march", "--product=pump"))
        .isEqualTo("batch march is open\n");
    assertThat(succeeds("enrol", "batch", "add", "march", list.toString()))
        .isEqualTo("2 devices added to march\n");

    assertThat(succeeds("enrol", "token", "--batch=march", "--count=3", "--for=2h").lines())
        .hasSize(3)
        .allMatch(line -> line.matches("vet_[0-9a-f]{16}\\.[A-Za-z0-9_-]{43}"));
    assertThat(succeeds("enrol", "tokens").lines()).hasSize(4).anyMatch(l -> l.contains("open"));

    succeeds("enrol", "batch", "close", "march");
    assertThat(succeeds("enrol", "batch", "list")).containsPattern("march +pump +no +2 +0");
  }

  @Test
  void revokesATokenAndSaysWhatIsWrong() {
    String token = succeeds("enrol", "token", "--device=pump-7", "--product=pump").strip();
    String id = token.substring(4, 20);
    assertThat(succeeds("enrol", "revoke-token", id)).isEqualTo(id + " revoked\n");

    assertThat(vagus("enrol", "token"))
        .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
        .satisfies(run -> assertThat(run.out()).contains("expected: a batch, a device or a csr"));
    assertThat(vagus("enrol", "token", "--device=pump-7", "--for=8d").out())
        .contains("expected: 1m to 7d");
    assertThat(vagus("enrol", "token", "--batch=may").out()).contains("\"may\" does not exist");
  }

  @Test
  void issuesAndRevokesAClaimCertificate() throws Exception {
    succeeds("enrol", "batch", "create", "march", "--product=pump", "--prefix=pump-");
    Path csr = folder.resolve("claim.csr");
    String[] words = {
      "openssl",
      "req",
      "-new",
      "-newkey",
      "ed25519",
      "-nodes",
      "-subj",
      "/CN=march",
      "-keyout",
      folder.resolve("claim.key").toString(),
      "-out",
      csr.toString()
    };
    assertThat(new ProcessBuilder(words).redirectErrorStream(true).start().waitFor()).isZero();

    assertThat(succeeds("enrol", "claim", "march", csr.toString()))
        .startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(vagus("enrol", "revoke-claim", "march", "5f0e").out()).contains("does not exist");
  }
}
