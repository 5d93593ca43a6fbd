package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.operator.OperatorCreationException;

/** A root's key while it is here: made, or read from the file that the operator brought back. */
record RootKey(CertificateForms.Signer signer, X509Certificate certificate) {
  static final int MIN_PASSPHRASE = 12;

  private static final Duration LIFETIME = Duration.ofDays(20 * 365);
  private static final Duration ISSUER_LIFETIME = Duration.ofDays(5 * 365);
  private static final String ALIAS = "root";

  static RootKey make(KeyKind kind, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    KeyPair pair = kind.generate();
    X500Name name = name("Root");
    CertificateForms.Signer signer =
        new CertificateForms.Signer(
            name, pair.getPublic(), pair.getPrivate(), kind, Optional.empty());
    return new RootKey(
        signer,
        CertificateForms.authority(signer, name, pair.getPublic(), 1, now, now.plus(LIFETIME)));
  }

  static RootKey read(Path file, char[] passphrase) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, passphrase);
      X509Certificate certificate = (X509Certificate) store.getCertificate(ALIAS);
      if (certificate != null && store.getKey(ALIAS, passphrase) instanceof PrivateKey key) {
        KeyKind kind = KeyKind.of(certificate.getPublicKey()).orElseThrow();
        X500Name name = new JcaX509CertificateHolder(certificate).getSubject();
        return new RootKey(
            new CertificateForms.Signer(
                name, certificate.getPublicKey(), key, kind, Optional.empty()),
            certificate);
      }
      throw new GeneralSecurityException("no key \"" + ALIAS + "\" in it");
    } catch (IOException | GeneralSecurityException e) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "root key: " + file + " cannot be read with this passphrase: " + e.getMessage(),
          e);
    }
  }

  static void requirePassphrase(char[] passphrase) {
    if (passphrase.length < MIN_PASSPHRASE) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "passphrase: " + passphrase.length + " characters (expected: >= " + MIN_PASSPHRASE + ")");
    }
  }

  void write(Path file, char[] passphrase) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(ALIAS, signer.key(), passphrase, new Certificate[] {certificate});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, passphrase);
    CaFolder.writeSecret(file, out.toByteArray());
  }

  /** Makes an issuing authority below it and writes both, the issuer's certificate last. */
  X509Certificate issue(CaFolder files, Optional<Pkcs11Token> token, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    X500Name name = name("Issuing");
    files.create();
    X509Certificate issuer;
    if (token.isPresent()) {
      String alias = name.toString().replace("CN=", "");
      issuer = token.get().make(signer.kind(), alias, pair -> certify(name, pair, now));
      CaFolder.writeSecret(
          files.pkcs11(), token.get().reference(alias).getBytes(StandardCharsets.UTF_8));
    } else {
      KeyPair pair = signer.kind().generate();
      issuer = certify(name, pair, now);
      CaFolder.writeSecret(files.key(), Pem.bytes("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }
    CaFolder.writePublic(files.root(), Pem.encode("CERTIFICATE", certificate.getEncoded()));
    CaFolder.writePublic(files.issuer(), Pem.encode("CERTIFICATE", issuer.getEncoded()));
    return issuer;
  }

  private X509Certificate certify(X500Name name, KeyPair pair, Instant now)
      throws IOException, GeneralSecurityException {
    try {
      return CertificateForms.authority(
          signer, name, pair.getPublic(), 0, now, now.plus(ISSUER_LIFETIME));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /**
   * This root vouches for an issuer that another root signed, as long as both last: under its own
   * path length, which has no room for the other root in between.
   */
  X509Certificate vouchFor(X509Certificate issuer)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    Instant begin = issuer.getNotBefore().toInstant().plus(CertificateForms.CLOCK_SLACK);
    Instant end =
        Stream.of(certificate, issuer)
            .map(c -> c.getNotAfter().toInstant())
            .min(Instant::compareTo)
            .orElseThrow();
    X500Name name = new JcaX509CertificateHolder(issuer).getSubject();
    return CertificateForms.authority(signer, name, issuer.getPublicKey(), 0, begin, end);
  }

  boolean isOf(X509Certificate root) throws GeneralSecurityException {
    return Arrays.equals(root.getEncoded(), certificate.getEncoded());
  }

  /** Told apart by a few random digits: two authorities of one name would be mistaken. */
  private static X500Name name(String role) {
    String mark = Serials.text(Serials.next()).substring(0, 8);
    return new X500Name("CN=Vagus Device " + role + " CA " + mark);
  }
}
