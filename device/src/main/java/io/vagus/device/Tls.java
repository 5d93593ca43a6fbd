package io.vagus.device;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom a device trusts, and how it shows who it is. Pure, but for the files it reads. */
final class Tls {
  /** A key store in memory wants one, and protects nothing by it. */
  private static final char[] NO_PASSWORD = {};

  private Tls() {}

  /**
   * @param keys null: it shows no certificate
   */
  static SSLContext context(List<X509Certificate> trusted, KeyManager @Nullable [] keys) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust(store(trusted)), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "no TLS: " + e.getMessage(), e);
    }
  }

  /**
   * @param file of authorities (PEM); empty: those that the JDK trusts
   * @param more that are trusted too
   */
  static List<X509Certificate> trusted(Optional<Path> file, List<X509Certificate> more) {
    List<X509Certificate> first = file.map(Tls::authorities).orElseGet(Tls::ofTheJdk);
    return Stream.concat(first.stream(), more.stream()).distinct().toList();
  }

  private static List<X509Certificate> authorities(Path file) {
    List<X509Certificate> authorities = certificates(file);
    if (authorities.isEmpty()) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, file + ": no certificate (expected: PEM, one or more)");
    }
    return authorities;
  }

  private static List<X509Certificate> ofTheJdk() {
    try {
      return Stream.of(trust(null))
          .filter(X509TrustManager.class::isInstance)
          .flatMap(m -> Stream.of(((X509TrustManager) m).getAcceptedIssuers()))
          .toList();
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "no TLS: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust.getTrustManagers();
  }

  private static KeyStore store(List<X509Certificate> trusted)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    int number = 0;
    for (X509Certificate authority : trusted) {
      store.setCertificateEntry("ca-" + number++, authority);
    }
    return store;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  /** Shows that certificate. */
  static KeyManager[] keys(PrivateKey key, X509Certificate certificate) {
    try {
      KeyStore store = emptyStore();
      store.setKeyEntry("own", key, NO_PASSWORD, new X509Certificate[] {certificate});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      return keys.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot use the key: " + e.getMessage(), e);
    }
  }

  /** Shows the certificate of a file with the key of another (PEM, PKCS #8). */
  static KeyManager[] keys(Path certificate, Path key) {
    List<X509Certificate> own = authorities(certificate);
    try {
      PrivateKey read =
          Pem.privateKey(Files.readString(key, StandardCharsets.ISO_8859_1))
              .orElseThrow(() ->
                  new VagusException(
                      ErrorCode.INVALID_REQUEST,
                      key + ": no private key (expected: PEM, PKCS #8)"));
      return keys(read, own.getFirst());
    } catch (GeneralSecurityException | IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + key + ": " + e, e);
    }
  }

  private static List<X509Certificate> certificates(Path file) {
    try {
      return Pem.certificates(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (GeneralSecurityException | IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
