package io.vagus.device;

import io.vagus.device.est.KeyKind;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a device keeps of itself: its key, its certificate, and whom it trusts since it has it.
 *
 * @param certificate empty: asked for with this key and not yet answered
 * @param roots that the authority named when it issued the certificate
 */
record Credentials(
    KeyPair keys, Optional<X509Certificate> certificate, List<X509Certificate> roots) {

  /** Renewals of one batch spread over such a part of the certificate's life. */
  private static final int SPREAD = 30;

  /** A key that nobody knows yet. */
  static Credentials make(KeyKind kind) {
    return new Credentials(kind.generate(), Optional.empty(), List.of());
  }

  /** Empty when the file is not there. */
  static Optional<Credentials> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII);
      List<X509Certificate> certificates = Pem.certificates(text);
      KeyPair keys =
          new KeyPair(
              Pem.publicKey(text).orElseThrow(() -> damaged(file, "no public key")),
              Pem.privateKey(text).orElseThrow(() -> damaged(file, "no private key")));
      return Optional.of(
          new Credentials(
              keys, certificates.stream().findFirst(), certificates.stream().skip(1).toList()));
    } catch (IOException | GeneralSecurityException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }

  private static VagusException damaged(Path file, String what) {
    return new VagusException(
        ErrorCode.DATA_CORRUPT, file + ": " + what + " (expected: as the device wrote it)");
  }

  /** Returns when it is on the disk, readable for its owner only. */
  void write(Path file) {
    StringBuilder text = new StringBuilder();
    text.append(Pem.encode("PRIVATE KEY", keys.getPrivate().getEncoded()));
    text.append(Pem.encode("PUBLIC KEY", keys.getPublic().getEncoded()));
    try {
      if (certificate.isPresent()) {
        text.append(Pem.encode("CERTIFICATE", certificate.get().getEncoded()));
      }
      for (X509Certificate root : roots) {
        text.append(Pem.encode("CERTIFICATE", root.getEncoded()));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
    DurableFile.replace(file, text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** With what the authority answered. */
  Credentials with(X509Certificate issued, List<X509Certificate> authorities) {
    if (!issued.getPublicKey().equals(keys.getPublic())) {
      throw new VagusException(
          ErrorCode.IO_FAILED,
          "the certificate is for another key (expected: for the one that asked)");
    }
    List<X509Certificate> selfSigned =
        authorities.stream()
            .filter(a -> a.getSubjectX500Principal().equals(a.getIssuerX500Principal()))
            .toList();
    return new Credentials(keys, Optional.of(issued), selfSigned);
  }

  /** From two thirds of its life on, not all of a batch at once; empty: it has none. */
  Optional<Instant> due() {
    return certificate.map(c -> {
      Instant from = c.getNotBefore().toInstant();
      Duration life = Duration.between(from, c.getNotAfter().toInstant());
      long share = Math.floorMod(c.getSerialNumber().hashCode(), 1000);
      return from.plus(life.multipliedBy(2).dividedBy(3))
          .plus(life.multipliedBy(share).dividedBy(1000L * SPREAD));
    });
  }

  /** The last moment at which its certificate counts; empty: it has none. */
  Optional<Instant> end() {
    return certificate.map(c -> c.getNotAfter().toInstant());
  }
}
