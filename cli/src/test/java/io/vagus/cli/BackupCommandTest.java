package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vagus.cli.MainTest.Run;
import io.vagus.server.Configuration;
import io.vagus.server.Server;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest {
  @TempDir Path folder;

  @Test
  void aRunningServerIsBackedUpAndRestored() throws Exception {
    Path file = folder.resolve("a.tar.zst");
    String readings;
    try (Server server = start("data")) {
      assertThat(send(server, "POST", "/v1/pump-7/telemetry", "{\"temperature\": 21.5}"))
          .contains("\"id\"");
      readings = readings(server);

      Run backup =
          MainTest.run("backup", file.toString(), "--data", folder.resolve("data").toString());

      assertThat(backup.err()).isEmpty();
      assertThat(backup.out()).containsPattern("a.tar.zst: \\d+ files, .*, packed .*, checked, ");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(names()).containsExactlyInAnyOrder("a.tar.zst", "data");
    }

    Run restore = restore(file, "new");

    assertThat(restore.err()).isEmpty();
    assertThat(restore.out()).contains("as of 20", "./vagus up --data " + folder.resolve("new"));
    assertThat(names()).containsExactlyInAnyOrder("a.tar.zst", "data", "new");
    try (Server server = start("new")) {
      assertThat(readings(server)).isEqualTo(readings);
    }
  }

  @Test
  void aFileThatIsThereIsReplacedOnlyWhenAskedTo() throws Exception {
    Path file = Files.writeString(folder.resolve("a.tar.zst"), "precious");
    String data = folder.resolve("data").toString();
    try (Server server = start("data")) {
      assertThat(server.httpUrl()).isNotEmpty();
      Run refused = MainTest.run("backup", file.toString(), "--data", data);
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err()).contains(file.toString(), "--replace");
      assertThat(file).hasContent("precious");

      assertThat(MainTest.run("backup", "--replace", file.toString(), "--data", data).exitCode())
          .isZero();
      assertThat(Files.size(file)).isGreaterThan(1000);
    }
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothing() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    assumeTrue(
        ended("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", mount.toString()),
        "no file system can be mounted here: the disk is not filled");
    try (Server server = start("data")) {
      assertThat(server.httpUrl()).isNotEmpty();
      String data = folder.resolve("data").toString();

      Path file = folder.resolve("a.tar.zst");
      assertThat(MainTest.run("backup", file.toString(), "--data", data).exitCode()).isZero();
      Run restore = restore(file, "mount/new");
      assertThat(restore.exitCode()).isEqualTo(2);
      assertThat(restore.err()).contains("bytes free (expected: >= ");
      assertThat(mount).isEmptyDirectory();

      Run run = MainTest.run("backup", mount.resolve("a.tar.zst").toString(), "--data", data);

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("a.tar.zst: disk full");
      assertThat(mount).isEmptyDirectory();
    } finally {
      assertThat(ended("umount", "-l", mount.toString())).isTrue();
    }
  }

  @Test
  void whatCannotBeRestoredIsSaidAndLeavesNothing() throws Exception {
    Path file = folder.resolve("a.tar.zst");
    try (Server server = start("data")) {
      assertThat(server.httpUrl()).isNotEmpty();
      MainTest.run("backup", file.toString(), "--data", folder.resolve("data").toString());
    }
    Run occupied = restore(file, "data");
    assertThat(occupied.exitCode()).isEqualTo(2);
    assertThat(occupied.err()).contains(folder.resolve("data") + " is not empty");

    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(bytes.length() - 20);
    }
    Run truncated = restore(file, "new");
    assertThat(truncated.exitCode()).isEqualTo(2);
    assertThat(truncated.err()).contains("the backup is damaged: ");
    assertThat(folder.resolve("new")).doesNotExist();

    assertThat(restore(folder.resolve("none"), "new").err()).contains("no such file");
  }

  @Test
  void saysWhatToDoWhenNoServerRuns() {
    Run run = MainTest.run("backup", folder.resolve("a").toString(), "--data", folder.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("no server runs on", "./vagus up");
    assertThat(folder).isEmptyDirectory();
  }

  private Run restore(Path file, String data) {
    return MainTest.run("restore", file.toString(), "--data", folder.resolve(data).toString());
  }

  private Server start(String data) {
    Map<String, String> flags =
        Map.of(
            "data", folder.resolve(data).toString(),
            "http", "127.0.0.1:0",
            "mqtt", "off",
            "open", "true");
    return Server.start(Configuration.read(null, Map.of(), flags));
  }

  private static String readings(Server server) throws Exception {
    return send(server, "GET", "/api/v1/devices/pump-7/readings", "")
        .replaceAll("\"now\":\"[^\"]*\"", "");
  }

  private static String send(Server server, String method, String path, String body)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(p -> p.getFileName().toString()).toList();
    }
  }

  private static boolean ended(String... words) throws Exception {
    return new ProcessBuilder(words).inheritIO().start().waitFor() == 0;
  }
}
