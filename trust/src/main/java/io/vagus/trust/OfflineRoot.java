package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * The root of trust, made once. Its key signs the issuing authority and then leaves: it is written
 * to a PKCS #12 file under a passphrase, which the operator takes away, and nowhere else.
 */
public final class OfflineRoot {
  public static final int MIN_PASSPHRASE = 12;

  private static final Duration ROOT_LIFETIME = Duration.ofDays(20 * 365);
  private static final Duration ISSUER_LIFETIME = Duration.ofDays(5 * 365);
  private static final String ALIAS = "root";

  private OfflineRoot() {}

  /**
   * Makes root and issuing authority.
   *
   * @param folder of the authority, below the data folder; CONFLICT when one is there
   * @param keyFile where the root's key goes; must not exist
   * @return the root's fingerprint, SHA-256, hexadecimal
   */
  public static String create(
      Path folder, Path keyFile, char[] passphrase, KeyKind kind, Instant now) {
    CaFolder files = new CaFolder(folder);
    requireNew(files, keyFile, passphrase);
    try {
      KeyPair root = kind.generate();
      KeyPair issuer = kind.generate();
      X500Name rootName = name("Root");
      CertificateForms.Signer signer =
          new CertificateForms.Signer(rootName, root.getPublic(), root.getPrivate(), kind);
      X509Certificate rootCertificate =
          CertificateForms.authority(
              signer, rootName, root.getPublic(), 1, now, now.plus(ROOT_LIFETIME));
      X509Certificate issuerCertificate =
          CertificateForms.authority(
              signer, name("Issuing"), issuer.getPublic(), 0, now, now.plus(ISSUER_LIFETIME));
      files.create();
      CaFolder.writeSecret(keyFile, pkcs12(root, rootCertificate, passphrase));
      CaFolder.writeSecret(files.key(), Pem.bytes("PRIVATE KEY", issuer.getPrivate().getEncoded()));
      CaFolder.writePublic(files.root(), Pem.encode("CERTIFICATE", rootCertificate.getEncoded()));
      CaFolder.writePublic(
          files.issuer(), Pem.encode("CERTIFICATE", issuerCertificate.getEncoded()));
      return Digests.of(rootCertificate);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot make the authority: " + e, e);
    }
  }

  private static void requireNew(CaFolder files, Path keyFile, char[] passphrase) {
    if (passphrase.length < MIN_PASSPHRASE) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "passphrase: " + passphrase.length + " characters (expected: >= " + MIN_PASSPHRASE + ")");
    }
    for (Path file : new Path[] {files.issuer(), files.root(), files.key(), keyFile}) {
      if (Files.exists(file)) {
        throw new VagusException(ErrorCode.CONFLICT, file + " exists already; nothing was changed");
      }
    }
  }

  /** Told apart by a few random digits: two authorities of one name would be mistaken. */
  private static X500Name name(String role) {
    String mark = Serials.text(Serials.next()).substring(0, 8);
    return new X500Name("CN=Vagus Device " + role + " CA " + mark);
  }

  private static byte[] pkcs12(KeyPair root, X509Certificate certificate, char[] passphrase)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(ALIAS, root.getPrivate(), passphrase, new Certificate[] {certificate});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, passphrase);
    return out.toByteArray();
  }
}
