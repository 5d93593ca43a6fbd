package io.vagus.client;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Whom a client trusts over TLS: the certificates of a PEM file and what they signed. */
public final class CaFile {
  private CaFile() {}

  /**
   * What a client speaks TLS with.
   *
   * @param file empty: the authorities that the JDK trusts
   */
  public static SSLContext tls(Optional<Path> file) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(file), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "no TLS client: " + e.getMessage(), e);
    }
  }

  /** The same, for who shows a certificate of its own. */
  public static TrustManager[] trust(Optional<Path> file) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(file.isPresent() ? keyStore(file.get()) : null);
      return trust.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "no TLS client: " + e.getMessage(), e);
    }
  }

  private static KeyStore keyStore(Path file) throws GeneralSecurityException {
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
    } catch (CertificateException e) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, file + ": no certificate (expected: PEM): " + e, e);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
