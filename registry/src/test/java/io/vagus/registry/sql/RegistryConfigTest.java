package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.registry.sql.RegistryConfig.Kind;
import io.vagus.registry.sql.RegistryConfig.Tls;
import io.vagus.testkit.ManualClock;
import io.vagus.testkit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryConfigTest {
  @TempDir Path folder;

  private static RegistryConfig config(String url, String user, Path passwordFile) {
    return new RegistryConfig(
        Kind.POSTGRESQL, url, user, "", passwordFile, Tls.VERIFY, Path.of(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "vagus",
        "mysql://db/vagus",
        "postgresql://db",
        "postgresql://vagus:topsecret@db/vagus",
        "postgresql://db/vagus?password=topsecret",
        "postgresql://db/vagus?currentSchema=a&password=topsecret",
        "postgresql://db/topsecret space"
      })
  void refusesAUrlThatIsNoneOrHasASecretAndDoesNotRepeatIt(String url) {
    assertThatThrownBy(() -> config(url, "vagus", Path.of("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: postgresql://HOST:PORT/DATABASE")
        .hasMessageNotContaining("topsecret");
  }

  @Test
  void refusesARoleWithoutAName() {
    assertThatThrownBy(() -> config("postgresql://db/vagus", "", Path.of("")))
        .hasMessageContaining("user");
  }

  @Test
  void aPasswordFileIsItsOwnersAlone() throws Exception {
    Path file = folder.resolve("password");
    Files.writeString(file, "correct horse\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    RegistryConfig config = config("postgresql://db:5432/vagus", "vagus", file);
    assertThatThrownBy(config::secret).hasMessageContaining("mode 0600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(config.secret()).isEqualTo("correct horse");
    assertThat(config.place()).isEqualTo("db:5432/vagus");
  }

  /** A real server with a certificate for its address, signed by itself. */
  @Test
  void overTlsTheServersCertificateIsChecked() throws Exception {
    openssl("server", "IP:127.0.0.1");
    openssl("other", "DNS:elsewhere");
    Map<String, String> settings =
        Map.of(
            "ssl", "on",
            "ssl_cert_file", folder.resolve("server.crt").toString(),
            "ssl_key_file", folder.resolve("server.key").toString());
    ManualClock clock = new ManualClock(1_790_000_000_000_000L);
    try (PostgresServer server = new PostgresServer(folder.resolve("pg"), false, settings)) {
      assertThatThrownBy(() -> open(server, folder.resolve("other.crt"), clock))
          .hasMessageContaining("registry database 127.0.0.1");
      assertThatThrownBy(() -> open(server, Path.of(""), clock))
          .as("signed by nobody whom Java trusts")
          .hasMessageContaining("registry database 127.0.0.1");
      try (SqlRegistry registry = open(server, folder.resolve("server.crt"), clock)) {
        assertThat(
                registry
                    .database()
                    .<Long>read(sql ->
                        sql.number(
                            "select case when ssl then 1 else 0 end from pg_stat_ssl"
                                + " where pid = pg_backend_pid()")))
            .isEqualTo(1);
      }
    }
  }

  private SqlRegistry open(PostgresServer server, Path ca, ManualClock clock) {
    RegistryConfig config =
        new RegistryConfig(
            Kind.POSTGRESQL,
            server.url(),
            PostgresServer.USER,
            PostgresServer.PASSWORD,
            Path.of(""),
            Tls.VERIFY,
            ca);
    return SqlRegistry.open(config, folder.resolve("registry.db"), Schema.REGISTRY, clock, clock);
  }

  private void openssl(String name, String alternative) throws Exception {
    Process made =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=" + alternative,
                "-keyout",
                folder.resolve(name + ".key").toString(),
                "-out",
                folder.resolve(name + ".crt").toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(made.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(made.waitFor()).as(said).isZero();
  }
}
