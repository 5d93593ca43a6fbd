package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineRootTest {
  private static final String PASSPHRASE = "a long passphrase";
  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

  @TempDir Path data;

  private String create(Path keyFile, String passphrase) {
    return OfflineRoot.create(
        data.resolve("trust"), keyFile, passphrase.toCharArray(), KeyKind.P256, NOW);
  }

  @Test
  void theRootsKeyIsOnlyInTheExportedFile() throws Exception {
    String fingerprint = create(data.resolve("root.p12"), PASSPHRASE);

    try (Stream<Path> kept = Files.list(data.resolve("trust"))) {
      assertThat(kept.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("root.crt", "issuer.crt", "issuer.key");
    }
    OpenSsl openssl = new OpenSsl(data);
    String exported =
        openssl.succeed("pkcs12", "-in", "root.p12", "-nodes", "-passin", "pass:" + PASSPHRASE);
    assertThat(exported).contains("BEGIN PRIVATE KEY").contains("Root CA");
    assertThat(openssl.run("pkcs12", "-in", "root.p12", "-passin", "pass:wrong").exitCode())
        .isNotZero();
    assertThat(
            openssl.succeed("x509", "-in", "trust/root.crt", "-noout", "-fingerprint", "-sha256"))
        .containsIgnoringCase(fingerprint.replaceAll("(..)(?=.)", "$1:"));
    assertThat(openssl.succeed("verify", "-CAfile", "trust/root.crt", "trust/issuer.crt"))
        .contains("OK");
  }

  @Test
  void keysAreReadableByTheirOwnerOnly() throws IOException {
    create(data.resolve("root.p12"), PASSPHRASE);

    for (String file : new String[] {"trust/issuer.key", "root.p12"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(file))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void isMadeOnceAndNeverOverAFileThatIsThere() throws IOException {
    create(data.resolve("root.p12"), PASSPHRASE);
    byte[] issuer = Files.readAllBytes(data.resolve("trust/issuer.crt"));

    CaFixture.assertRefused(
        () -> create(data.resolve("second.p12"), PASSPHRASE), ErrorCode.CONFLICT, "issuer.crt");

    assertThat(Files.readAllBytes(data.resolve("trust/issuer.crt"))).isEqualTo(issuer);
    assertThat(data.resolve("second.p12")).doesNotExist();
  }

  @Test
  void refusesAShortPassphrase() {
    CaFixture.assertRefused(
        () -> create(data.resolve("root.p12"), "short"),
        ErrorCode.INVALID_REQUEST,
        "passphrase: 5 characters (expected: >= 12)");
    assertThat(data.resolve("trust")).doesNotExist();
  }
}
