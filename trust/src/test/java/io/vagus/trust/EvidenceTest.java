package io.vagus.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.trust.EvidenceCheck.Broken;
import io.vagus.trust.EvidenceCheck.Finding;
import io.vagus.trust.EvidenceCheck.Genuine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that are as they were made, and those that are not, by openssl and sha256sum too. */
class EvidenceTest {
  @TempDir Path folder;
  private CaFixture ca;
  private Path archive;

  @BeforeEach
  void make() throws IOException {
    ca = new CaFixture(folder, KeyKind.P256);
    archive = folder.resolve("pump-1.zip");
    write(ca, archive);
  }

  private static void write(CaFixture ca, Path to) throws IOException {
    try (OutputStream out = Files.newOutputStream(to)) {
      EvidenceArchive made = ca.certificates.evidence(out, Map.of("about", "device:pump-1"));
      made.file("devices.ndjson", sink -> sink.line(bytes("{\"id\":\"pump-1\"}")));
      made.file("history.ndjson", sink -> {});
      made.cut("history.ndjson");
      made.finish(ca.clock.now());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Finding check(Path file) {
    return EvidenceCheck.check(file, EvidenceCheck.roots(ca.folder));
  }

  /** With its files changed. */
  private Path forged(Map<String, byte[]> changes) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        files.put(entry.getName(), in.readAllBytes());
      }
    }
    files.putAll(changes);
    Path forged = folder.resolve("forged.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(forged))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        if (file.getValue().length > 0 || file.getKey().equals("history.ndjson")) {
          out.putNextEntry(new ZipEntry(file.getKey()));
          out.write(file.getValue());
          out.closeEntry();
        }
      }
    }
    return forged;
  }

  private void assertBroken(Path file, String why) {
    assertThat(check(file))
        .isInstanceOfSatisfying(Broken.class, broken -> assertThat(broken.why()).contains(why));
  }

  @Test
  void oneAsItWasMadeIsGenuineAndSaysByWhom() {
    assertThat(check(archive))
        .isInstanceOfSatisfying(
            Genuine.class,
            genuine -> {
              assertThat(genuine.files()).containsExactly("devices.ndjson", "history.ndjson");
              assertThat(genuine.head())
                  .containsEntry("about", List.of("device:pump-1"))
                  .containsEntry("cut", List.of("history.ndjson"));
              assertThat(genuine.root()).isEqualTo(ca.certificates.chain().getLast());
            });
  }

  @Test
  void whatWasChangedAddedOrTakenAwayIsNamed() throws IOException {
    assertBroken(
        forged(Map.of("devices.ndjson", bytes("{\"id\":\"pump-2\"}\n"))),
        "devices.ndjson: was changed");
    assertBroken(forged(Map.of("more.ndjson", bytes("{}\n"))), "more.ndjson: was added");
    assertBroken(forged(Map.of("devices.ndjson", new byte[0])), "devices.ndjson: is missing");
    assertBroken(forged(Map.of("MANIFEST.p7s", new byte[0])), "MANIFEST.p7s: is missing");
    assertBroken(
        forged(Map.of("MANIFEST", bytes("# vagus evidence 1\n# about: device:pump-2\n"))),
        "signature: ");
    assertBroken(forged(Map.of("MANIFEST.p7s", bytes("no signature"))), "signature: ");
  }

  @Test
  void oneThatIsNotWholeIsNoArchive() throws IOException {
    byte[] whole = Files.readAllBytes(archive);
    Path half = folder.resolve("half.zip");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    assertBroken(half, "no whole archive");
  }

  @Test
  void anotherAuthoritysIsNotBelieved() throws IOException {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    CaFixture other = new CaFixture(elsewhere, KeyKind.P256);
    Path foreign = elsewhere.resolve("foreign.zip");
    write(other, foreign);
    assertBroken(foreign, "no given root vouches");
  }

  /** A thief of a device's key has a certificate of the same issuer. */
  @Test
  void aDevicesKeySignsNoEvidence() throws Exception {
    OpenSsl openssl = new OpenSsl(folder);
    byte[] request = openssl.request("/CN=pump-1", KeyKind.P256);
    String pem = ca.certificates.issue(CaFixture.PUMP, request).pem();
    Files.writeString(folder.resolve("device.crt"), pem);
    Files.writeString(
        folder.resolve("issuer.crt"), DeviceCertificates.pem(ca.certificates.chain().getFirst()));
    Files.write(folder.resolve("MANIFEST"), bytes("# vagus evidence 1\n"));
    openssl.succeed(
        "cms -sign -binary -in MANIFEST -signer device.crt -inkey device.key -certfile issuer.crt -outform DER -out forged.p7s"
            .split(" "));
    assertBroken(
        forged(
            Map.of(
                "MANIFEST", bytes("# vagus evidence 1\n"),
                "MANIFEST.p7s", Files.readAllBytes(folder.resolve("forged.p7s")))),
        "not for evidence");
  }

  @Test
  void opensslAndSha256sumProveItWithoutUs() throws Exception {
    Files.writeString(
        folder.resolve("root.crt"), DeviceCertificates.pem(ca.certificates.chain().getLast()));
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Files.write(folder.resolve(entry.getName()), in.readAllBytes());
      }
    }
    String verified =
        new OpenSsl(folder)
            .succeed(
                "cms -verify -binary -inform DER -in MANIFEST.p7s -content MANIFEST -CAfile root.crt -purpose any -out proved"
                    .split(" "));
    assertThat(verified).contains("Verification successful");
    Process sums =
        new ProcessBuilder("sha256sum", "--check", "--strict", "MANIFEST")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(sums.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("devices.ndjson: OK");
    assertThat(sums.waitFor()).isZero();
  }
}
