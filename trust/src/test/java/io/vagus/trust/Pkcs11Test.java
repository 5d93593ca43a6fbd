package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry.NewDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The issuer's key in a token: SoftHSM (Debian's softhsm2) in the place of a real one. */
class Pkcs11Test {
  private static final List<Path> LIBRARIES =
      Stream.of(
              "/usr/lib/softhsm/libsofthsm2.so",
              "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
              "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
          .map(Path::of)
          .toList();

  @TempDir static Path tokens;
  @TempDir Path folder;

  @BeforeAll
  static void makeAToken() throws Exception {
    // Where the build says: the library reads its configuration from there.
    Path config = Path.of(System.getenv("SOFTHSM2_CONF"));
    Files.createDirectories(config.getParent());
    Files.writeString(
        config, "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
    Process init =
        new ProcessBuilder(
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "vagus",
                "--pin",
                "1234",
                "--so-pin",
                "12345678")
            .inheritIO()
            .start();
    assertThat(init.waitFor()).isZero();
  }

  private Pkcs11Token token() throws IOException {
    Path library = LIBRARIES.stream().filter(Files::exists).findFirst().orElseThrow();
    Path config =
        Files.writeString(
            folder.resolve("token.cfg"),
            "name = issuer\nlibrary = " + library + "\nslotListIndex = 0\n");
    return new Pkcs11Token(config, Files.writeString(folder.resolve("pin"), "1234\n"));
  }

  @Test
  void signsWithAKeyThatNeverLeavesTheToken() throws Exception {
    CaFixture ca = new CaFixture(folder, KeyKind.P256);
    Path trust = folder.resolve("trust-p11");
    OfflineRoot.create(
        trust,
        folder.resolve("root-p11.p12"),
        "a long passphrase".toCharArray(),
        KeyKind.P256,
        Optional.of(token()),
        ca.clock.now());
    assertThat(trust.resolve("issuer.key")).doesNotExist();
    try (Stream<Path> files = Files.list(trust)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file)).doesNotContain("PRIVATE", "1234");
      }
    }

    ca.registry.createDevice(
        new NewDevice(new DeviceId("pump-9"), "meter", "", Map.of(), Optional.empty()));
    DeviceCertificates certificates =
        DeviceCertificates.open(trust, TrustConfig.defaults(), ca.registry, ca.clock, ca.meters)
            .orElseThrow();
    byte[] request = new OpenSsl(folder).request("/CN=pump-9", KeyKind.P256);
    var issued = certificates.issue(new DeviceId("pump-9"), request);
    issued.certificate().verify(certificates.chain().getFirst().getPublicKey());
    assertThat(certificates.identify(List.of(issued.certificate())))
        .isInstanceOf(Identity.Proved.class);
    assertThat(certificates.states().revocationList()).isNotEmpty();
  }

  @Test
  void takesP256OnlyAndSaysWhenTheTokenDoesNotOpen() throws Exception {
    Pkcs11Token token = token();
    CaFixture.assertRefused(
        () -> make("a", KeyKind.ED25519, token), ErrorCode.INVALID_REQUEST, "expected: p256");
    Files.writeString(token.config(), "name = issuer\nlibrary = /none.so\nslotListIndex = 0\n");
    CaFixture.assertRefused(
        () -> make("b", KeyKind.P256, token), ErrorCode.IO_FAILED, "cannot be opened");
  }

  private void make(String name, KeyKind kind, Pkcs11Token token) {
    OfflineRoot.create(
        folder.resolve(name),
        folder.resolve(name + ".p12"),
        "a long passphrase".toCharArray(),
        kind,
        Optional.of(token),
        Instant.EPOCH.plusSeconds(1_790_000_000));
  }
}
