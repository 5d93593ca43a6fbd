package io.vagus.trust;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * One issuing authority with the root above it. Thread-safe: its lock guards the key, which is read
 * when it first signs.
 */
final class Authority {
  private final CaFolder files;
  private final X509Certificate certificate;
  private final X509Certificate root;
  private @Nullable Issuer issuer;

  Authority(CaFolder files) {
    this.files = files;
    this.certificate = files.certificate(files.issuer());
    this.root = files.certificate(files.root());
  }

  X509Certificate certificate() {
    return certificate;
  }

  X509Certificate root() {
    return root;
  }

  /** By which the inventory knows it. */
  String serial() {
    return Serials.of(certificate);
  }

  synchronized Issuer issuer() {
    Issuer opened = issuer;
    if (opened == null) {
      opened = Issuer.open(files, certificate);
      issuer = opened;
    }
    return opened;
  }
}
