package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.server.Configuration;
import io.vagus.server.Server;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The authority from the command line, on a running server, with openssl's request. */
class CaCommandTest {
  @TempDir Path folder;

  private record Run(int exitCode, String out) {}

  private static Run ca(String... words) {
    return vagus(Stream.concat(Stream.of("ca"), Stream.of(words)).toArray(String[]::new));
  }

  private static Run vagus(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Main.commandLine();
      line.setErr(new PrintWriter(out, true, StandardCharsets.UTF_8));
      return new Run(line.execute(words), out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  private Run init(String passphrase) throws Exception {
    Path file = Files.writeString(folder.resolve("passphrase"), passphrase + "\n");
    return ca(
        "init",
        "--data=" + folder,
        "--root-key=" + folder.resolve("root.p12"),
        "--passphrase-file=" + file);
  }

  private Server serve() {
    return Server.start(
        TestRegistry.configuration(
            Map.of("data", folder.toString(), "http", "127.0.0.1:0", "mqtt", "off")));
  }

  private void post(Server server, String path, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
            .header("Content-Type", "application/json")
            .header(
                "Authorization",
                "Bearer " + Files.readString(folder.resolve(Server.TOKEN_FILE)).strip())
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(201);
    }
  }

  private Path request(String name) throws Exception {
    Path csr = folder.resolve(name + ".csr");
    String[] words = {
      "openssl",
      "req",
      "-new",
      "-newkey",
      "ed25519",
      "-nodes",
      "-subj",
      "/CN=" + name,
      "-keyout",
      folder.resolve(name + ".key").toString(),
      "-out",
      csr.toString()
    };
    assertThat(new ProcessBuilder(words).redirectErrorStream(true).start().waitFor()).isZero();
    return csr;
  }

  @Test
  void makesIssuesListsAndRevokes() throws Exception {
    assertThat(init("a long passphrase").exitCode()).isZero();
    String data = "--data=" + folder;
    try (Server server = serve()) {
      post(server, "/api/v1/products", "{\"id\":\"pump\"}");
      post(server, "/api/v1/devices", "{\"id\":\"pump-7\",\"product\":\"pump\"}");

      assertThat(ca("expiring", data, "--within=60d").exitCode()).isZero();
      Run issued = ca("issue", data, "pump-7", request("pump-7").toString());
      assertThat(issued.out()).startsWith("-----BEGIN CERTIFICATE-----");
      assertThat(ca("expiring", data, "--within=60d"))
          .satisfies(run -> assertThat(run.exitCode()).isEqualTo(1))
          .satisfies(run -> assertThat(run.out()).contains("pump-7", "valid", "Ed25519"));
      assertThat(ca("status", data).out()).contains("root", "valid   1 device certificates");

      String serial =
          ca("list", data, "pump-7").out().replaceFirst("(?s).*\\n(\\w+) +pump-7.*", "$1");
      Run revoked = ca("revoke", data, "pump-7", serial, "--reason=key-compromise");
      assertThat(revoked.out()).startsWith(serial + " revoked at ");
      assertThat(ca("list", data, "pump-7").out()).contains("revoked");
      assertThat(ca("status", data).out()).contains("valid   0 device certificates");
    }
  }

  @Test
  void renewsTheIssuerOfARunningServerAndRetiresTheOneBefore() throws Exception {
    assertThat(init("a long passphrase").exitCode()).isZero();
    String data = "--data=" + folder;
    try (Server server = serve()) {
      post(server, "/api/v1/products", "{\"id\":\"pump\"}");
      post(server, "/api/v1/devices", "{\"id\":\"pump-7\",\"product\":\"pump\"}");
      ca("issue", data, "pump-7", request("pump-7").toString());
      Run renewed =
          ca(
              "renew",
              data,
              "--root-key=" + folder.resolve("root.p12"),
              "--new-root-key=" + folder.resolve("root-2.p12"),
              "--passphrase-file=" + folder.resolve("passphrase"));
      assertThat(renewed.out()).startsWith("root SHA-256 ").contains("./vagus ca reload");

      String moving = ca("reload", data).out();
      assertThat(moving).containsPattern("current +0 +0.0 %").containsPattern("before +1 +100.0 %");
      String before = moving.replaceFirst("(?s).*\\n(\\w+) +before.*", "$1");
      assertThat(ca("retire", data, before).out()).contains("1 devices still need it");

      ca("issue", data, "pump-7", request("pump-7").toString());
      assertThat(ca("status", data).out()).containsPattern("current +1 +100.0 %");
      assertThat(ca("retire", data, before).out()).doesNotContain("before");
    }
  }

  @Test
  void auditsTheCredentialsForAPipeline() throws Exception {
    assertThat(init("a long passphrase").exitCode()).isZero();
    try (Server server = serve()) {
      assertThat(vagus("audit", "credentials", "--data=" + folder))
          .isEqualTo(new Run(0, "nothing found\n"));
    }
    Configuration reachable =
        TestRegistry.configuration(
            Map.of("data", folder.toString(), "http", "0.0.0.0:0", "mqtt", "off"));
    try (Server server = Server.start(reachable)) {
      Run found = vagus("audit", "credentials", "--data=" + folder, "--errors-only");
      assertThat(found.exitCode()).isEqualTo(1);
      assertThat(found.out()).contains("plaintext-listener", "listener:http");
    }
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    assertThat(init("short"))
        .isEqualTo(new Run(2, "vagus: passphrase: 5 characters (expected: >= 12)\n"));
    try (Server server = serve()) {
      post(server, "/api/v1/products", "{\"id\":\"pump\"}");
      post(server, "/api/v1/devices", "{\"id\":\"pump-7\",\"product\":\"pump\"}");

      assertThat(ca("status", "--data=" + folder).exitCode()).isEqualTo(1);
      assertThat(ca("issue", "--data=" + folder, "pump-7", request("pump-7").toString()))
          .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
          .satisfies(run -> assertThat(run.out()).contains("ca: none is set up"));
    }
  }
}
