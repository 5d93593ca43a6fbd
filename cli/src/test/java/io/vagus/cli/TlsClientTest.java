package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.server.Server;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client of the API over TLS, on a server whose certificate it made itself. */
class TlsClientTest {
  @TempDir Path folder;
  @TempDir Path elsewhere;

  @Test
  void trustsWhomTheCaFileNamesAndNobodyElse() {
    Map<String, String> flags =
        Map.of("data", folder.toString(), "http", "off", "https", "127.0.0.1:0", "mqtt", "off");
    try (Server server = Server.start(TestRegistry.configuration(flags))) {
      String url = server.readyLine().replaceAll(".* https=(\\S+).*", "$1");
      String token = folder.resolve(Server.TOKEN_FILE).toString();
      String ca = folder.resolve("tls").resolve("server.crt").toString();

      assertThat(MainTest.run("device", "list", "--data", folder.toString()).exitCode()).isZero();
      String[] remote = {"device", "list", "--url", url, "--token-file", token, "--data"};
      assertThat(MainTest.run(with(remote, elsewhere.toString(), "--ca-file", ca)).exitCode())
          .isZero();
      MainTest.Run stranger = MainTest.run(with(remote, elsewhere.toString()));
      assertThat(stranger.exitCode()).isEqualTo(2);
      assertThat(stranger.err()).contains(url, "--ca-file");
      MainTest.Run none = MainTest.run(with(remote, elsewhere.toString(), "--ca-file", token));
      assertThat(none.exitCode()).isEqualTo(2);
      assertThat(none.err()).contains(token, "PEM");
    }
  }

  private static String[] with(String[] words, String... more) {
    return Stream.of(words, more).flatMap(Arrays::stream).toArray(String[]::new);
  }
}
