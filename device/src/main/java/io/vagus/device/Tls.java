package io.vagus.device;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom a device trusts, and how it shows who it is. */
final class Tls {
  private Tls() {}

  /**
   * @param authorities PEM, one or more; null: those that the JDK trusts
   * @param keys null: it shows no certificate
   */
  static SSLContext context(@Nullable Path authorities, KeyManager @Nullable [] keys) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities == null ? null : keyStore(authorities));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "no TLS: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + authorities + ": " + e, e);
    }
  }

  private static KeyStore keyStore(Path file) throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, c);
      }
      if (number == 0) {
        throw new VagusException(
            ErrorCode.INVALID_REQUEST, file + ": no certificate (expected: PEM, one or more)");
      }
      return store;
    }
  }
}
